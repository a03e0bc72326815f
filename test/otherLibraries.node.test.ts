/** Every entry of docs/guides/coming-from.md: what is written here runs, and gives what the other library's documentation says. */

import { describe, expect, it } from "vitest";
import { Frequencies, type Wanted } from "../scripts/otherLibraries/entry.js";
import { makeInputs } from "../scripts/otherLibraries/inputs.js";
import { fullNames, functionsIn, libraries, sames } from "../scripts/otherLibraries/libraries.js";
import * as lanewise from "../src/index.js";
import * as sampling from "../src/sampling/index.js";
import { countsOf, fit } from "./support/chiSquared.js";
import { randomBits } from "./support/random.js";

/** Float32 results may be a few ulp off, of the largest of a row where they cancel. */
const TOLERANCE = 1e-6;

const DRAWS = 4000;

/** A function that evaluates an expression of the tables, over new arrays each time. */
function evaluator(here: string): () => unknown {
  const bits = randomBits(7);
  const scope = { ...sampling, ...lanewise, random: () => bits() / 2 ** 32 };
  const inputs = Object.keys(makeInputs());
  const run = new Function(...Object.keys(scope), ...inputs, `return ${here};`) as (...values: unknown[]) => unknown;
  return () => run(...Object.values(scope), ...Object.values(makeInputs()));
}

function expectNear(got: unknown, wanted: Exclude<Wanted, Frequencies>): void {
  if (typeof wanted === "number") expectNear([got], [wanted]);
  else if (!Array.isArray(wanted)) {
    const named = wanted as Readonly<Record<string, readonly number[]>>;
    for (const [key, values] of Object.entries(named)) expectNear((got as Record<string, unknown>)[key], values);
  } else {
    const numbers = Array.from(got as ArrayLike<number>);
    expect(numbers.length).toBe(wanted.length);
    numbers.forEach((number, i) => {
      const off = Math.abs(number - (wanted as number[])[i]) / Math.abs((wanted as number[])[i]);
      const equal = number === (wanted as number[])[i];
      expect(equal || off <= TOLERANCE, `element ${i} is ${number}, not ${(wanted as number[])[i]}`).toBe(true);
    });
  }
}

describe.each(libraries)("$name", (library) => {
  describe.each(Object.entries(library.tables))("%s", (_, entries) => {
    it.each(sames(entries))("$there.0: $here", ({ here, wanted }) => {
      const evaluate = evaluator(here);
      if (!(wanted instanceof Frequencies)) {
        expectNear(evaluate(), wanted);
        return;
      }
      const counts = countsOf(Array.from({ length: DRAWS }, () => evaluate() as number));
      expect(fit(counts, new Map(wanted.probabilities.entries()))).toBeGreaterThan(1e-4);
    });

    it("names each call once, and a function of this library in each", () => {
      const there = entries.flatMap((entry) => entry.there);
      expect(there.filter((call, i) => there.indexOf(call) !== i)).toEqual([]);
      for (const { here } of sames(entries)) expect(functionsIn(here).length, here).toBeGreaterThan(0);
    });
  });

  it("has the full names of its calls for the search", () => {
    const names = Object.values(library.tables).flatMap((entries) =>
      entries.flatMap(({ there }) => fullNames(library, there)),
    );
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) expect(name).toMatch(/^[a-zA-Z]\w*(\.\w+)*$/);
  });
});

/** What no other library of these has. */
const ownAlone = ["swiglu", "geglu", "reglu"];

it("every function is somebody's", () => {
  const used = new Set(
    libraries.flatMap(({ tables }) => sames(Object.values(tables).flat()).flatMap(({ here }) => functionsIn(here))),
  );
  const functions = Object.entries(lanewise).filter(
    ([, value]) => typeof value === "function" && "definition" in value,
  );
  const missing = functions.map(([name]) => name).filter((name) => !used.has(name));
  expect(missing.sort()).toEqual(ownAlone.sort());
});
