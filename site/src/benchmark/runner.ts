/** Makes calls of the cases of `npm run bench`, and takes their time. */

import * as lanewise from "lanewise";
import { type Calls, ownCandidate, plainCandidates } from "../../../bench/candidates.js";
import { type Case, listCases } from "../../../bench/cases.js";
import { createInputs, forgetInputs, inArena, type Inputs } from "../../../bench/inputs.js";
import type { Form } from "../../../bench/results.js";
import { families } from "../../../scripts/families.js";
import type { Job, Offer, Role, Runner } from "./protocol.js";

/** Those that write to an array that they are given, of any length. */
const cases = new Map(
  listCases(false)
    .filter(({ call, forms, size }) => call !== undefined && forms.includes("out") && size === undefined)
    .map((subject) => [subject.name, subject]),
);

/** How long the clock is watched, in steps. */
const CLOCK_STEPS = 5;

interface Way {
  readonly run: Calls;
  readonly inputs: Inputs;
}

/** Makes a runner. */
export function createRunner(): Runner {
  let ways: readonly Way[] = [];
  return {
    offer: (): Offer => ({
      backends: lanewise.backends(),
      subjects: families.flatMap(({ family, heading }) =>
        Array.from(cases.values())
          .filter((subject) => familyOf(subject) === family)
          .map(({ name }) => ({ name, heading })),
      ),
      clockStep: clockStep(),
    }),
    prepare(role, job) {
      forgetInputs();
      const prepared = waysOf(role, job);
      ways = prepared;
      return prepared.map(({ name }) => name);
    },
    slice(way, calls) {
      const { run, inputs } = ways[way];
      const begin = performance.now();
      run(calls, inputs);
      return performance.now() - begin;
    },
  };
}

/** The family of a case that has one of those that the README shows. */
function familyOf(subject: Case): string | undefined {
  return families.find(({ family }) => family === subject.family)?.family;
}

function waysOf(role: Role, { name, size, placement }: Job): (Way & { readonly name: string })[] {
  const subject = cases.get(name);
  if (subject === undefined) throw new Error(`there is no function ${name} to measure`);
  const form: Form = placement === "arena" ? "resident" : "out";
  const inputs = createInputs(subject, size, "float32");
  if (role === "plain JS") {
    return plainCandidates(subject, form, "float32").map(({ label, run }) => ({
      name: label.split(",")[0],
      run,
      inputs,
    }));
  }
  lanewise.useBackend(role);
  const { run } = ownCandidate(subject, form, "float32", role, "tight", lanewise);
  return [{ name: role, run, inputs: placement === "arena" ? placeInArena(subject, inputs) : inputs }];
}

let arena: lanewise.Arena | undefined;

function placeInArena(subject: Case, inputs: Inputs): Inputs {
  arena?.free();
  const bytes = [...inputs.x, ...inputs.dy, inputs.out].reduce((sum, { byteLength }) => sum + byteLength + 64, 0);
  arena = lanewise.createArena(bytes);
  return inArena(inputs, subject.takesGradient === true, arena);
}

/** The least time that the clock tells apart, in milliseconds: browsers make it coarse on purpose. */
function clockStep(): number {
  let least = Infinity;
  for (let step = 0; step < CLOCK_STEPS; step++) {
    const begin = performance.now();
    let now = begin;
    while (now === begin) now = performance.now();
    least = Math.min(least, now - begin);
  }
  return least;
}
