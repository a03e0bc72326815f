/** What the report says of each function. */

import type { Elementwise } from "lanewise";
import { plainFormulas } from "../../bench/plain.js";
import type { Summary } from "../../scripts/summaries.js";

/** What the functions that everyone starts from are. */
const lessons: Readonly<Record<string, string>> = {
  step: `1 above 0, else 0: a neuron that fires or is silent, as in the first models of the 1940s. Its derivative is 0
wherever there is one, so gradient descent learns nothing through it.`,
  sigmoid: `1 / (1 + exp(−x)): a smooth step from 0 to 1 that can be read as a probability. Its derivative is largest at 0,
where it is 0.25, and nearly 0 beyond ±6: there a unit hardly learns.`,
  tanh: `A sigmoid stretched to run from −1 to 1: tanh(x) = 2 sigmoid(2x) − 1. It is centred on 0 and its derivative
reaches 1, four times that of sigmoid.`,
  relu: `x above 0, else 0. Where x is positive the derivative is 1, so gradients pass unchanged, and it costs a single
comparison. At 0 the derivative is taken to be 0.`,
  exp: `The function that is its own derivative, and the numerator of softmax. It grows out of the range of float32 above
x = 88.7.`,
};

/**
 * The lesson of a function; for one that has none, what it is called, its formula, and what its values tell.
 *
 * @returns a text in which code stands between backticks
 */
export function describe({ definition }: Elementwise, { what, formula }: Summary): string {
  if (Object.hasOwn(lessons, definition.name)) return lessons[definition.name];
  const { value, derivative } = plainFormulas(definition);
  const at = Array.from({ length: 2001 }, (_, i) => (i - 1000) / 100).filter((x) => Number.isFinite(value(x)));
  const range = (f: (x: number) => number) => {
    const values = at.map(f);
    return `from ${short(Math.min(...values))} to ${short(Math.max(...values))}`;
  };
  const where = at.length === 2001 ? "x in [−10, 10]" : `x from ${short(at[0])} to 10`;
  const given = Object.entries(definition.parameters ?? {}).flatMap(([name, parameter]) => {
    return typeof parameter.default === "number" ? `${name} = ${short(parameter.default)}` : [];
  });
  return `${what}, ${formula}${given.length > 0 ? ` with ${given.join(" and ")}` : ""}. For ${where} its values run
${range(value)}, and its derivative ${range(derivative)}.`;
}

function short(x: number): string {
  if (x !== 0 && Math.abs(x) < 1e-3) return "nearly 0";
  return Number(x.toPrecision(3)).toString().replace("-", "−");
}
