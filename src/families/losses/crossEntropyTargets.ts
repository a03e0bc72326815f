/** The gradient of cross-entropy over rows with respect to its targets. */

import type { FloatArray } from "../../args/dtype.js";
import { startOf } from "../../args/shape.js";
import { copyIfOverlapping, copyIfOverwritten, newArray } from "../../exec/copy.js";
import { rowMax } from "../../formulas/softmax.js";
import { checkNotFreed } from "../../runtime/placements.js";
import type { RowLossDefinition } from "./crossEntropy.js";
import type { CrossEntropyArgs } from "./crossEntropyCall.js";
import { lossesOf } from "./crossEntropyLoss.js";

/** Writes -log(softmax(x)) · weight · (1 - labelSmoothing) · dy, where dy is a number for all rows, or one for each. */
export function targetGradients(
  caller: string,
  definition: RowLossDefinition,
  args: CrossEntropyArgs,
  labelSmoothing: number,
  givenDy: FloatArray | number,
  out: FloatArray | undefined,
): FloatArray {
  const { dtype, layout } = args;
  const { rows, columns, stride } = layout;
  checkNotFreed(caller, args.x, typeof givenDy === "number" ? undefined : givenDy, out);
  const maxima = new Float64Array(rows);
  const likeliest = new Int32Array(rows);
  for (let row = 0; row < rows && columns > 0; row++) {
    const start = startOf(layout, row);
    maxima[row] = rowMax(args.x, start, stride, columns);
    // 0 of a row with NaN, whose loss is NaN for any class.
    for (let i = 0; i < columns; i++) if (args.x[start + i * stride] === maxima[row]) likeliest[row] = i;
  }
  // The loss of the likeliest class is the logarithm of the sum of e^(x - max).
  const indices = { labels: likeliest, indices: likeliest, probabilities: undefined, smoothing: 0, weight: undefined };
  const logSums = lossesOf(caller, definition, { ...args, ...indices, ignoreIndex: -1 }, out);
  const x = copyIfOverwritten(args.x, out, dtype);
  const dy = typeof givenDy === "number" ? givenDy : copyIfOverlapping(givenDy, out, dtype);
  const weight = args.weight && copyIfOverlapping(args.weight, out, dtype);
  const result = out ?? newArray(dtype, x.length);
  for (let block = 0, at = 0; at < x.length; block += stride) {
    for (let i = 0; i < columns; i++) {
      const factor = (1 - labelSmoothing) * (weight === undefined ? 1 : weight[i]);
      for (let row = block; row < block + stride; row++, at++) {
        const margin = x[at] === maxima[row] ? 0 : maxima[row] - x[at];
        const loss = logSums[row] + margin;
        // A weight of 0 counts for nothing, also of an infinite loss.
        result[at] = factor === 0 && loss === Infinity ? 0 : loss * (factor * (typeof dy === "number" ? dy : dy[row]));
      }
    }
  }
  return result;
}
