/** Calls whose options do something while they are read. */

import * as lanewise from "lanewise";
import { isSame } from "../../test/support/bits/hash.js";
import { type AnyArray, drawOf } from "../fills.js";
import { argumentsOf, contentsOf, plainCopies, plainTypes } from "../placed.js";
import { attempt, difference, type Outcome } from "../properties/placement.js";
import { subjects } from "../subjects/index.js";
import type { CallCase, Setting, Setup, Subject, TypeName } from "../subjects/subject.js";
import { Thrown, type Trick, tricks } from "./tricks.js";

type Memory = Trick["memories"][number];

export interface ReentryCase {
  readonly name: string;
  readonly run: () => void;
}

/** Settings with every option that a subject takes, so that each can be a getter. */
const settings: Readonly<Record<string, Setting>> = {
  softmaxCrossEntropy: { reduction: "none", targets: "classes", labelSmoothing: 0.1 },
  "softmaxCrossEntropy.backward": { reduction: "sum", targets: "classes", labelSmoothing: 0.1, dy: 0.3 },
  sigmoidCrossEntropy: { reduction: "none", posWeight: 2 },
  "sigmoidCrossEntropy.backward": { reduction: "none", posWeight: 2 },
  sample: { topP: 0.9, temperature: 0.8, number: 0.4 },
  topK: { part: 0.1 },
  greater: { threshold: 0.1 },
};

const rowShape = [6, 40];

/** A call of a subject with all its options. */
function caseOf(subject: Subject, type: CallCase["type"], length: number): CallCase {
  const { name, kind, example } = subject;
  const isRows = kind === "rows" || kind === "halves";
  const [base] = name.split(".");
  const fn = (lanewise as unknown as Record<string, { defaults?: Setting; definition?: object } | undefined>)[base];
  const { hasTemperature } = (fn?.definition ?? {}) as { hasTemperature?: boolean };
  const rows = { ...(hasTemperature && { temperature: 0.7 }), ...(subject.causal && { mask: 0 }) };
  const isChannels = base === "prelu" && isRows;
  const setting =
    example ?? settings[name] ?? (isChannels ? { weight: "channels" } : isRows ? rows : { ...fn?.defaults });
  const shape = isRows ? (length < 100 ? [2, 6] : rowShape) : [length];
  return { type, layout: { shape, axis: isRows ? 1 : 0 }, fill: "even", seed: 4 * length + 3, setting };
}

/** So many arrays of a call an arena has room for. */
const ARRAYS = 8;

/** Arrays of a call in one kind of memory, each with bytes around it. */
class Arrays {
  readonly #arena: lanewise.Arena | undefined;
  readonly #bytes: Uint8Array[] = [];
  #before: Uint8Array[] = [];

  /** @param length of the longest arrays */
  constructor(
    readonly memory: Memory,
    length: number,
  ) {
    const bytes = Math.max(1 << 16, ARRAYS * (8 * length + 128));
    this.#arena = memory === "arena" ? lanewise.createArena(bytes) : undefined;
  }

  make(type: TypeName, length: number): AnyArray {
    const bytes = length * plainTypes[type].BYTES_PER_ELEMENT + 64;
    const options = this.memory === "resizable" ? { maxByteLength: 2 * bytes } : undefined;
    const block = this.#arena?.uint8(bytes) ?? new Uint8Array(new ArrayBuffer(bytes, options), 0, bytes);
    block.fill(0xa5);
    this.#bytes.push(block);
    return new plainTypes[type](block.buffer, block.byteOffset + 16, length);
  }

  free = () => this.#arena?.free();

  /** Remembers all bytes as they are. */
  look(): void {
    // What is detached or out of bounds has no bytes, and no slice; its `length` is not to be trusted (src/args/engine.ts).
    this.#before = this.#bytes.map((bytes) => (bytes.byteLength === 0 ? new Uint8Array(0) : bytes.slice()));
  }

  /** Throws if other bytes than those of `out` have changed since; those that are gone don't count. */
  check(out: AnyArray | undefined): void {
    for (const [b, bytes] of this.#bytes.entries()) {
      const isOut = out !== undefined && bytes.buffer === out.buffer;
      const from = isOut ? out.byteOffset - bytes.byteOffset : 0;
      const to = isOut ? from + out.byteLength : 0;
      for (let i = 0; i < bytes.byteLength; i++) {
        if (bytes[i] !== this.#before[b][i] && !(i >= from && i < to)) throw new Error(`byte ${i} was written`);
      }
    }
  }
}

/** Options that do something when one of them is read. */
const forms: Readonly<Record<string, (options: Setting, read: (name: string) => void) => object>> = {
  "a getter": (options, read) =>
    Object.defineProperties(
      {},
      Object.fromEntries(
        Object.entries(options).map(([name, value]) => [name, { enumerable: true, get: () => (read(name), value) }]),
      ),
    ),
  "a Proxy": (options, read) =>
    new Proxy(options, {
      get: (target, name) => {
        if (typeof name === "string" && name in target) read(name);
        return Reflect.get(target, name) as unknown;
      },
    }),
};

interface Attack {
  readonly subject: Subject;
  readonly callCase: CallCase;
  readonly memory: Memory;
  readonly trick: Trick;
  readonly form: string;
  /** The option that does it. */
  readonly option: string;
  readonly withOut: boolean;
}

/** The results of a call on ordinary copies. */
function plainResult(subject: Subject, setup: Setup, inputs: readonly AnyArray[]) {
  return attempt(() => subject.call(...argumentsOf(setup, plainCopies(inputs))));
}

function runAttack({ subject, callCase, memory, trick, form, option, withOut }: Attack): void {
  const before = lanewise.backend();
  const setup = subject.setup(callCase);
  const contents = contentsOf(setup, callCase.seed);
  const asTheyWere = plainResult(subject, setup, contents);
  if ("error" in asTheyWere) throw new Error(`can't be called plainly: ${asTheyWere.error}`);
  const arrays = new Arrays(memory, Math.max(...setup.arrays.map(({ length }) => length)));
  const inputs = setup.arrays.map(({ type, length }) => arrays.make(type, length));
  for (const [i, array] of inputs.entries()) array.set(contents[i]);
  const like = asTheyWere.result as AnyArray;
  const out = withOut ? arrays.make(like[Symbol.toStringTag] as TypeName, like.length) : undefined;
  const again = () => void plainResult(subject, setup, [contents[0].slice().fill(0.5), ...contents.slice(1)]);
  const world = { lib: lanewise, inputs, out, again, free: arrays.free };
  let times = 0;
  let asTheyAre: Outcome = asTheyWere;
  arrays.look();
  const args = argumentsOf(setup, inputs, out);
  const options = args.pop() as Setting;
  const tricked = forms[form](options, (name) => {
    if (name !== option || times++ > 0) return;
    trick.apply(world);
    if (trick.name === "changes the elements") asTheyAre = plainResult(subject, setup, inputs);
    arrays.look();
  });
  let error: unknown;
  let result: unknown;
  try {
    result = subject.call(...args, tricked);
  } catch (thrown) {
    error = thrown;
  } finally {
    lanewise.useBackend(before);
  }
  if (times === 0) throw new Error(`the option ${option} was not read`);
  if (times > 1) throw new Error(`the option ${option} was read ${times} times`);
  if (error === undefined) {
    if (trick.then === "error") throw new Error(`no error, but ${String(result).slice(0, 60)}`);
    arrays.check(out);
    const isRight = [asTheyWere, asTheyAre].some((right) => "result" in right && isSame(result, right.result));
    // The other backend's results are right too.
    if (!isRight && trick.name !== "chooses another backend") throw new Error(difference(result, like));
  } else {
    arrays.check(undefined);
    if (trick.then === "right") throw new Error(`threw ${String(error)}`);
    checkError(error, subject.named ?? subject.name);
  }
  arrays.free();
  const later = plainResult(subject, setup, contents);
  if ("error" in later || !isSame(later.result, like)) throw new Error("later calls give other results");
}

function checkError(error: unknown, name: string): void {
  if (error instanceof Thrown) return;
  const isNamed = error instanceof Error && error.message.startsWith(`${name}: `);
  if (!isNamed) throw new Error(`an error that doesn't name the function: ${String(error)}`);
}

/** Shapes that tell another size each time they are asked, and generators that change the logits. */
function* particularCases(): Generator<ReentryCase> {
  const { argmax, sample, softmax, topK } = lanewise;
  for (const fn of [softmax, lanewise.softmin, lanewise.logSoftmax, lanewise.sparsemax, lanewise.hardmax]) {
    const { name } = fn.definition;
    yield {
      name: `${name}: a shape that is [10, 10], then [100, 10]`,
      run: () => {
        const arena = lanewise.createArena(1 << 16);
        const x = arena.float32(100).fill(0.5);
        const out = arena.float32(100);
        const other = arena.float32(1000).fill(7);
        let reads = 0;
        const shape = new Proxy([10, 10], {
          get: (target, key) => (key === "0" && reads++ > 0 ? 100 : (Reflect.get(target, key) as unknown)),
        });
        const outcome = attempt(() => fn(x, { shape, out }));
        if (other.some((value) => value !== 7)) throw new Error("another array was written to");
        const wanted = fn(x.slice(), { shape: [10, 10] });
        if ("result" in outcome && !isSame(outcome.result, wanted)) throw new Error(difference(outcome.result, wanted));
        arena.free();
      },
    };
  }
  yield {
    name: "argmax: a shape whose length changes",
    run: () => {
      let reads = 0;
      const shape = new Proxy([4, 4], {
        get: (target, key) => (key === "length" && reads++ > 0 ? 1 : (Reflect.get(target, key) as unknown)),
      });
      attempt(() => argmax(new Float32Array(16), { shape }));
    },
  };
  const changes: readonly (readonly [string, (x: lanewise.FloatArray) => void])[] = [
    ["raises a logit", (x) => (x[5] = 100)],
    ["lowers all", (x) => x.fill(-100)],
    ["makes all -Infinity", (x) => x.fill(-Infinity)],
    ["makes one NaN", (x) => (x[7] = NaN)],
    ["makes all NaN", (x) => x.fill(NaN)],
    ["makes one Infinity", (x) => (x[9] = Infinity)],
    ["detaches them", (x) => structuredClone(x.buffer, { transfer: [x.buffer as ArrayBuffer] })],
    ["samples from them", (x) => sample(x, { topK: 5 })],
    ["finds the largest of them", (x) => topK(x, 50)],
  ];
  const filters = [{}, { topP: 0.9 }, { minP: 0.1 }, { topK: 50 }, { topK: 50, topP: 0.5 }, { topP: 0.3, minP: 0.5 }];
  for (const Type of [Float32Array, Float64Array]) {
    for (const length of [100, 1000, 20_000]) {
      for (const filter of filters) {
        for (const [what, change] of changes) {
          yield {
            name: `sample of ${length}, ${Type.name}, ${JSON.stringify(filter)}: random ${what}`,
            run: () => {
              const x = new Type(length).map((_, i) => (i * 7) % 5);
              const random = () => (change(x), 0.5);
              const outcome = attempt(() => sample(x, { ...filter, random }));
              if ("error" in outcome) return checkError(new Error(outcome.error), "sample");
              const token = outcome.result as number;
              const isIndex = Number.isInteger(token) && token >= 0 && token < length;
              if (!isIndex) throw new Error(`gave ${token}`);
              if (what === "detaches them") throw new Error(`gave ${token} of logits that are gone`);
            },
          };
        }
      }
    }
  }
}

/** Of the cases of all functions the short form takes so few. */
const PART = 24;

/** Every trick at every option of every function; in the short form a part of them, chosen by the seed. */
export function* cases(isLong: boolean, seed: number): Generator<ReentryCase> {
  yield* particularCases();
  const draw = drawOf(seed);
  for (const attack of attacks(isLong)) {
    if (!isLong && draw() * PART > 1) continue;
    const { subject, callCase, memory, form, option, trick } = attack;
    const { shape } = callCase.layout;
    const name = `${subject.name} of ${shape.join("×")}, ${callCase.type}, ${memory}: ${form} of ${option} ${trick.name}`;
    yield { name, run: () => runAttack(attack) };
  }
}

function* attacks(isLong: boolean): Generator<Attack> {
  const types = ["Float32Array", "Float64Array"] as const;
  for (const subject of subjects.filter(({ optionsElsewhere }) => !optionsElsewhere)) {
    for (const type of types) {
      for (const length of isLong ? [9, 300, 20_000] : [9, 300]) {
        const callCase = caseOf(subject, type, length);
        for (const trick of tricks) yield* attacksBy(trick, subject, callCase);
      }
    }
  }
}

/** A trick at every option of a call, in every form and kind of memory. */
function* attacksBy(trick: Trick, subject: Subject, callCase: CallCase): Generator<Attack> {
  const setup = subject.setup(callCase);
  const withOut = !setup.noOut;
  if (trick.needsOut && !withOut) return;
  const inputs = contentsOf(setup, callCase.seed);
  const options = argumentsOf(setup, inputs, withOut ? "out" : undefined).at(-1) as Setting;
  if (typeof options !== "object" || ArrayBuffer.isView(options)) return;
  for (const option of Object.keys(options)) {
    for (const form of Object.keys(forms)) {
      for (const memory of trick.memories) yield { subject, callCase, memory, trick, form, option, withOut };
    }
  }
}
