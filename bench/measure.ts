/** Measures cases in the Node that runs this. */

import { type BackendName, backends } from "lanewise";
import { createBar } from "../examples/digits/progress.js";
import { type Candidate, ownCandidate, plainCandidates } from "./candidates.js";
import { type Case, COPY } from "./cases.js";
import { createInputs, forgetInputs, inArena, type Inputs, type Type } from "./inputs.js";
import { collectInstances, createInstance, type Lanewise, removeInstances } from "./instances.js";
import { runMixed } from "./mixed.js";
import type { Native } from "./native.js";
import { othersOf } from "./others.js";
import type { Call } from "./peers.js";
import { MAX_TIGHT, type Plan, sizesOf } from "./plan.js";
import { race, type Racer } from "./race.js";
import { fastest, type Form, type Measurement, type Pair, type Program, ratios, withBestPlain } from "./results.js";

/** How much longer a mere copy is measured, with which all are compared. */
const COPY_FACTOR = 10;

/** Elements of the arrays that candidates are warmed up on, for which lanewise takes different paths. */
const WARM_UP_SIZES = [4, 40];

/** The most elements for cases of a single size: they make rows of ten, and a square. */
const MAX_WARM_UP_SIZE = 100;

/** How often candidates are warmed up. */
const WARM_UP_ROUNDS = 10;
const WARM_UP_CALLS = 500;

/** The backends that run here, best first. */
export const available = backends()
  .filter((info) => info.available)
  .map(({ name }) => name);

/** The programs that a case is measured in. */
const alone: readonly Program[] = ["mixed"];
const both: readonly Program[] = ["tight", "mixed"];

export class Bench {
  readonly measurements: Measurement[] = [];
  /** For each backend the instance of a program that has called all functions. */
  readonly #mixed = new Map<BackendName, Lanewise>();

  constructor(
    private readonly cases: readonly Case[],
    private readonly plan: Plan,
    private readonly peers: readonly Call[],
    private readonly native: Native | undefined,
  ) {}

  /** Measures everything that is planned. */
  async run(): Promise<Measurement[]> {
    for (const backend of this.#backends()) {
      const lanewise = createInstance(backend);
      runMixed(lanewise);
      this.#mixed.set(backend, lanewise);
    }
    await this.#measureAll("float32", ["new", "out"]);
    await this.#measureAll("float64", ["new"]);
    // Arenas come last: as long as there are none, lanewise need not look whether an array lies in one.
    await this.#measureAll("float32", ["resident"]);
    removeInstances();
    return withBestPlain(this.measurements);
  }

  #backends(): BackendName[] {
    return available.filter((name) => name !== "js" || this.plan.hasFallback || available.length === 1);
  }

  async #measureAll(type: Type, forms: readonly Form[]): Promise<void> {
    const planned = this.cases.filter((subject) => this.#sizesOf(subject, forms, type).length > 0);
    const width = Math.max(...planned.map(({ name }) => name.length));
    const label = `${type} ${forms.join(", ").padEnd("resident".length)}`;
    for (const subject of planned) await this.#measure(subject, forms, type, `${label}  ${subject.name.padEnd(width)}`);
    forgetInputs();
  }

  #sizesOf(subject: Case, forms: readonly Form[], type: Type): number[] {
    const sizes = new Set(forms.flatMap((form) => sizesOf(subject, form, type, this.plan)));
    return [...sizes].sort((a, b) => a - b);
  }

  /** One case at all its sizes. */
  async #measure(subject: Case, forms: readonly Form[], type: Type, label: string): Promise<void> {
    const sizes = this.#sizesOf(subject, forms, type);
    const candidates = this.#candidatesOf(subject, forms, type, sizes);
    const inputsOf = this.#inputsFor(subject, type, Math.max(...sizes, MAX_WARM_UP_SIZE));
    const warmUpSizes = subject.size === undefined ? WARM_UP_SIZES : [Math.min(subject.size, MAX_WARM_UP_SIZE)];
    const racersAt = (size: number) =>
      candidates.map((candidate) => ({ ...candidate, inputs: inputsOf(candidate, size) }));
    warmUp(warmUpSizes.flatMap(racersAt));

    const bar = createBar(label);
    const notes: string[] = [];
    for (const [i, size] of sizes.entries()) {
      bar.update(i / sizes.length, `${size.toLocaleString("en")} elements`);
      const here = forms.filter((form) => sizesOf(subject, form, type, this.plan).includes(size));
      const programs = programsOf(subject, size, type, here);
      const racing = candidates.filter(({ form, program }) => here.includes(form) && isIn(programs, program));
      const others = here.map((form) =>
        type === "float32" ? othersOf(subject, form, size, this.peers, this.native) : undefined,
      );
      const racers = [...racing, ...others.flatMap((other) => other?.candidates ?? [])].map((candidate): Racer => ({
        ...candidate,
        inputs: inputsOf(candidate, size),
      }));
      const factor = subject.name === COPY ? COPY_FACTOR : 1;
      const pairs = await race(racers, size, this.plan.milliseconds * factor);
      for (const other of others) other?.end();
      for (const form of here) {
        for (const program of programs) {
          const times = timesOf(pairs, form, program);
          this.measurements.push({ function: subject.name, size, type, form, program, times });
          if (subject.call && form === here[0] && program === "mixed")
            notes.push(`${ratios(times, available[0])[0].toFixed(1)}×`);
        }
      }
    }
    bar.stop(subject.call === undefined ? "" : `${available[0]} ${notes.join("  ")}`);
    collectInstances();
  }

  /** Plain JavaScript, and each backend in the programs. */
  #candidatesOf(subject: Case, forms: readonly Form[], type: Type, sizes: readonly number[]): Candidate[] {
    return forms.flatMap((form) => {
      if (!subject.forms.includes(form)) return [];
      const plain = plainCandidates(subject, form, type);
      if (subject.call === undefined) return plain;
      const isTight = sizes.some((size) => programsOf(subject, size, type, [form]).includes("tight"));
      const tight = isTight
        ? available
            .filter((backend) => backend !== "js")
            .map((backend) => ownCandidate(subject, form, type, backend, "tight", createInstance(backend)))
        : [];
      const mixed = Array.from(this.#mixed, ([backend, lanewise]) =>
        ownCandidate(subject, form, type, backend, "mixed", lanewise),
      );
      return [...plain, ...tight, ...mixed];
    });
  }

  /** What candidates are called with: ordinary arrays, or for backends those of an arena of theirs. */
  #inputsFor(subject: Case, type: Type, largest: number): (candidate: Candidate, size: number) => Inputs {
    const arenas = new Map<string, ReturnType<Lanewise["createArena"]>>();
    return ({ form, name }, size) => {
      const inputs = createInputs(subject, size, type);
      const lanewise = this.#mixed.get(name as BackendName);
      if (form !== "resident" || lanewise === undefined) return inputs;
      let arena = arenas.get(name);
      if (arena === undefined) arenas.set(name, (arena = lanewise.createArena(3 * 8 * largest + 2 ** 20)));
      return inArena(inputs, subject.takesGradient === true, arena);
    };
  }
}

/** The programs that a case is measured in at a size. */
function programsOf(subject: Case, size: number, type: Type, forms: readonly Form[]): readonly Program[] {
  const isCall = subject.call !== undefined && subject.size === undefined;
  return isCall && size <= MAX_TIGHT && type === "float32" && !forms.includes("resident") ? both : alone;
}

function isIn(programs: readonly Program[], program: Program | undefined): boolean {
  return program === undefined || programs.includes(program);
}

/** The times of one form in one program; of several candidates with one name the fastest counts. */
function timesOf(pairs: ReadonlyMap<Candidate, Pair>, form: Form, program: Program): Record<string, Pair> {
  const times: Record<string, Pair> = {};
  for (const [candidate, pair] of pairs) {
    if (candidate.form !== form || !isIn([program], candidate.program)) continue;
    const { name } = candidate;
    times[name] = times[name] === undefined ? pair : fastest([times[name], pair]);
  }
  return times;
}

/**
 * Makes some thousand calls of each on short arrays, so that V8 has optimised every loop for good: one that meets many elements in a
 * small number of calls stays half optimised for seconds in Node 26. Calls on very short arrays take paths of their own: until V8
 * has optimised these as well, a call on 4 elements took 400 ns instead of 60.
 */
function warmUp(racers: readonly Racer[]): void {
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    for (const { run, inputs } of racers) for (let i = 0; i < WARM_UP_CALLS; i++) run(2, inputs);
  }
}
