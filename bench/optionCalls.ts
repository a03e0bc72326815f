/**
 * Calls with the options that work beside a kernel's own, for counted.ts: masks, biases, scales, generators. Of short rows, where the
 * options' reading and checking counts, and of long ones, where their kernels do; all write to `out`.
 */

import * as lanewise from "lanewise";
import type { SmallCall } from "./smallCalls.js";

/** One row, some rows, and many: [rows, columns]. */
const SHAPES = [
  [1, 64],
  [16, 16],
  [64, 64],
] as const;

/** The calls of a shape, by what they are called here. */
function callsOf(rows: number, columns: number): Readonly<Record<string, () => unknown>> {
  const length = rows * columns;
  const shape = rows === 1 ? undefined : [rows, columns];
  const numbers = (factor: number, count = length) =>
    Float32Array.from({ length: count }, (_, i) => 4 * Math.sin(factor * i * i));
  const [x, dy, bias] = [numbers(1), numbers(2), numbers(3)];
  const y = lanewise.softmax(x, { shape });
  const positive = x.map((value) => Math.abs(value) + 0.5);
  const perRow = numbers(4, rows);
  const mask = Uint8Array.from(x, (value) => (value > 3 ? 0 : 1));
  const out = new Float32Array(length);
  const slopes = new Float32Array(length);
  // V8 takes an object of each literal as of a shape of its own: those of one function have different ones, as in programs.
  const { attentionSoftmax, softmax, xlogy, rrelu, backwardFromOutput, sigmoid, elu } = lanewise;
  const inRows = shape && { shape };
  const options = {
    none: { out, ...inRows },
    bias: { out, ...inRows, scale: 0.125, bias },
    perRow: { out, ...inRows, scale: 0.125, bias: perRow, biasShape: rows === 1 ? [1] : [rows, 1] },
    softcap: { out, ...inRows, scale: 0.125, softcap: 5 },
    biasMask: { out, ...inRows, scale: 0.125, bias, mask },
    causal: { out, shape: [rows, columns], scale: 0.125, causal: true },
    scale: { out, ...inRows, scale: 0.125 },
    softcapScores: { out, ...inRows, scale: 0.125, softcap: 5, scores: x },
    mask: { out, ...inRows, mask },
    causalAlone: { out, shape: [rows, columns], causal: true },
    training: { out, training: true, seed: undefined, random: () => 0.5, slopes },
    slopes: { out, slopes },
    out: { out },
    alpha: { out, alpha: 2 },
  };
  rrelu(x, options.training);
  return {
    attentionSoftmax: () => attentionSoftmax(x, options.none),
    "attentionSoftmax, bias": () => attentionSoftmax(x, options.bias),
    "attentionSoftmax, bias of rows": () => attentionSoftmax(x, options.perRow),
    "attentionSoftmax, softcap": () => attentionSoftmax(x, options.softcap),
    "attentionSoftmax, bias and mask": () => attentionSoftmax(x, options.biasMask),
    "attentionSoftmax, causal": () => attentionSoftmax(x, options.causal),
    "attentionSoftmax.backward": () => attentionSoftmax.backward(y, dy, options.scale),
    "attentionSoftmax.backward, softcap": () => attentionSoftmax.backward(y, dy, options.softcapScores),
    "attentionSoftmax.biasGradient": () => attentionSoftmax.biasGradient(y, dy, options.none),
    "softmax, mask": () => softmax(x, options.mask),
    "softmax, causal": () => softmax(x, options.causalAlone),
    xlogy: () => xlogy(dy, positive, options.out),
    "xlogy.backward": () => xlogy.backward(dy, positive, x, options.out),
    "rrelu, training": () => rrelu(x, options.training),
    "rrelu.backward, slopes": () => rrelu.backward(x, dy, options.slopes),
    "backwardFromOutput, sigmoid": () => backwardFromOutput(sigmoid, y, dy, options.out),
    "backwardFromOutput, elu with alpha": () => backwardFromOutput(elu, y, dy, options.alpha),
  };
}

/** All cases. */
export function optionCalls(): SmallCall[] {
  return SHAPES.flatMap(([rows, columns]) =>
    Object.entries(callsOf(rows, columns)).map(([name, call]): SmallCall => {
      const run = (times: number) => {
        for (let i = 0; i < times; i++) call();
      };
      // What is called is the same as of the small ones, and has been optimised for them.
      const fewer = rows * columns > 1024 ? 8 : 1;
      return { name: `${name}, of ${rows} × ${columns}`, run, warmUp: (times) => run(times / fewer) };
    }),
  );
}
