import temml from "temml";
import { describe, expect, it } from "vitest";
import { docstrings, samplingDocstrings } from "../scripts/docstrings.js";
import { functions } from "../src/index.js";
import * as ops from "../src/ops/index.js";
import * as sampling from "../src/sampling/index.js";
import { settingsOf } from "./support/golden.js";
import { programOf, runProgram } from "./support/guides.js";
import { expectSaid } from "./support/said.js";
import { evaluateTex } from "./support/tex.js";

const all = docstrings();
const samplers = new Map(samplingDocstrings().flatMap((group) => [...group.docstrings]));

it("every function has a formula, and those with a derivative have it", () => {
  expect([...all.keys()].sort()).toEqual(Object.keys(ops).sort());
  for (const [name, { formulas, derivatives, see, example }] of all) {
    expect(formulas.length, name).toBeGreaterThan(0);
    const op = ops[name as keyof typeof ops];
    expect(derivatives.length > 0, name).toBe("backward" in op);
    for (const address of see) expect(address, name).toMatch(/^https:\/\/\S+/);
    expect(example, name).toContain(`${name}(`);
  }
});

it("every function of lanewise/sampling has a formula, and says what it takes, what it throws and where it comes from", () => {
  expect([...samplers.keys()].sort()).toEqual(Object.keys(sampling).sort());
  for (const [name, { formulas, see, example, errors, parameters }] of samplers) {
    expect(formulas.length, name).toBeGreaterThan(0);
    expect(see.length, name).toBeGreaterThan(0);
    for (const address of see) expect(address, name).toMatch(/^https:\/\/\S+/);
    expect(example, name).toContain(`${name}(`);
    expect(
      errors.map(({ type }) => type),
      name,
    ).toEqual(["TypeError", "RangeError"]);
    const { length } = sampling[name as keyof typeof sampling];
    expect(parameters.size, name).toBeGreaterThanOrEqual(Math.max(length, 1));
  }
});

it("the examples of lanewise/sampling give what they say", () => {
  const blocks = Array.from(samplers.values(), ({ example }) => `{\n${example}\n}`);
  const program = programOf(
    "sampling-examples",
    `import { ${[...samplers.keys()].join(", ")} } from "lanewise/sampling";\n${blocks.join("\n")}`,
  );
  expect(program.said.length).toBeGreaterThan(samplers.size - 5);
  const { errors, got } = runProgram(program, 0);
  expect(errors).toBe("");
  expect(got).toHaveLength(program.said.length);
  program.said.forEach((said, i) => expectSaid(got[i], said));
});

it("every formula is TeX", () => {
  for (const { formulas, derivatives } of [...all.values(), ...samplers.values()]) {
    for (const tex of [...formulas, ...derivatives]) temml.renderToString(tex, { throwOnError: true });
  }
});

/** The names of parameters in formulas, where they have another. */
const symbols: Readonly<Record<string, string>> = { lambd: "lambda" };

/** Away from kinks and jumps; the conventions there are the docstrings'. */
const inputs = [-7.3, -3.7, -2.2, -0.9, -0.3, -0.05, 0.04, 0.27, 0.6, 0.95, 1.3, 2.8, 3.3, 5.4, 6.1, 9.2];

describe.each(functions.map(({ definition }) => definition))("$name", (definition) => {
  const { name, domain: [from, to] = [-10, 10] } = definition;
  const { formulas, derivatives } = all.get(name)!;
  const xs = inputs.filter((x) => from < x && x < to);

  it.each(settingsOf(name))("is its formula, with %j", (setting) => {
    const { defaults } = functions.find((fn) => fn.name === name)!;
    const parameters = { ...defaults, ...setting };
    const numbers = Object.entries(parameters).filter((entry): entry is [string, number] => !isNaN(Number(entry[1])));
    const variables = Object.fromEntries(numbers.map(([key, value]) => [symbols[key] ?? key, value]));
    // The second formula is that with other parameters than the default ones.
    const isOther = ([key, value]: [string, unknown]) => value !== defaults[key as keyof typeof defaults];
    const hasOther = formulas.length > 1 && Object.entries(setting).some(isOther);
    for (const x of xs) {
      // What is clamped isn't in the formula of logit.
      if ("eps" in variables && (x < variables.eps || 1 - x < variables.eps)) continue;
      for (const value of evaluateTex(formulas[hasOther ? 1 : 0], { ...variables, x })) {
        expectNear(value, definition.value(x, parameters), x);
      }
      if (hasOther) continue;
      for (const value of derivatives.flatMap((tex) => evaluateTex(tex, { ...variables, x }))) {
        expectNear(value, definition.derivative(x, parameters), x);
      }
    }
  });
});

/** Formulas as they are written cancel. */
function expectNear(value: number, wanted: number, x: number): void {
  expect(Math.abs(value - wanted), `at ${x}: ${value}, not ${wanted}`).toBeLessThanOrEqual(
    1e-11 + 1e-9 * Math.abs(wanted),
  );
}
