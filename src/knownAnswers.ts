import type { Scratch } from "./instance.js";

/**
 * What the kernels must give on this engine before they are trusted: values that go through every kind of instruction
 * they use, a subnormal result, infinity and NaN. Good to a few units in the last place of float32.
 */
const inputs = [-100, -1, 0, 0.3, 2.9, 4, 100, NaN];
const answers: Record<string, number[]> = {
  sigmoid: [
    3.720075976020836e-44,
    0.2689414213699951,
    0.5,
    0.574442516811659,
    0.9478464369215823,
    0.9820137900379085,
    1,
    NaN,
  ],
  tanh: [-1, -0.7615941559557649, 0, 0.2913126124515909, 0.9939631673505831, 0.999329299739067, 1, NaN],
  exp: [
    3.720075976020836e-44,
    0.36787944117144233,
    1,
    1.3498588075760032,
    18.17414536944306,
    54.598150033144236,
    NaN,
    NaN,
  ],
  relu: [0, 0, 0, 0.3, 2.9, 4, 100, NaN],
};
const softmaxRow = [0.3, 2.9, 4];
const softmaxAnswer = [0.01821127329554753, 0.2451918129350739, 0.7365969137693786];

/** By how much any answer may be off. In audio worklets, engines may take subnormal numbers for 0, as is usual for sound. */
function smallest(): number {
  return "AudioWorkletGlobalScope" in globalThis ? 2 ** -126 : 3e-45;
}

/** The first wrong answer that an instance gives, as a sentence, or undefined if all are right. */
export function findWrongAnswer(scratch: Scratch): string | undefined {
  // On processors that have none.
  if (!scratch.kernels.findsExcess()) return "the multiply-add is not fused";
  const least = smallest();
  const near = (got: number, wanted: number, tolerance: number) =>
    Object.is(got, wanted) || Math.abs(got - wanted) <= Math.max(tolerance * Math.abs(wanted), least);
  for (const [type, view, tolerance] of [
    ["f32", scratch.first32, 5e-7],
    ["f64", scratch.first64, 1e-15],
  ] as const) {
    const compare = (name: string, given: readonly number[], wanted: readonly number[]) => {
      const wrong = wanted.findIndex((value, i) => {
        // e^100 is beyond float32.
        const expected = name === "exp" && given[i] === 100 ? (type === "f32" ? Infinity : Math.exp(100)) : value;
        return !near(view[i], expected, tolerance);
      });
      return wrong < 0 ? undefined : `${name}_${type} gave ${view[wrong]} for ${given[wrong]}`;
    };
    for (const name in answers) {
      view.set(inputs);
      scratch.kernels[`${name}_${type}`](scratch.first, scratch.first, inputs.length);
      const wrong = compare(name, inputs, answers[name]);
      if (wrong) return wrong;
    }
    view.set(softmaxRow);
    scratch.kernels[`softmax_${type}`](scratch.first, scratch.first, 1, softmaxRow.length, -1);
    const wrong = compare("softmax", softmaxRow, softmaxAnswer);
    if (wrong) return wrong;
    view.set(inputs);
    scratch.kernels[`greater_${type}`](scratch.first, scratch.second, inputs.length, 0);
    const mask = scratch.secondBytes.subarray(0, inputs.length).join("");
    if (mask !== "00011110") return `greater_${type} gave ${mask}`;
  }
  return undefined;
}
