/** The loss of sparsemax, by the kernels of sparsemax at float64. */

import type { FloatArray } from "../../args/dtype.js";
import { startOf } from "../../args/shape.js";
import { copyIfOverwritten, newArray } from "../../exec/copy.js";
import { checkNotFreed } from "../../runtime/placements.js";
import { rowWeights, weighLosses } from "./classWeights.js";
import { classOf, type CrossEntropyArgs, isIgnored } from "./crossEntropyCall.js";
import { reduction } from "./reduction.js";
import type { LossDefinition } from "./rowLoss.js";
import { RowLossOp, type RowLossSettings } from "./rowLossOp.js";
import type { RowOp } from "../rowOp.js";

/** About how many elements are computed at once. */
const PER_CHUNK = 4096;

/** What is computed of a row: its number, its logits and its probabilities, which begin at `at`, `stride` apart. */
type TakeRow = (row: number, x: Float64Array, p: Float64Array, at: number) => void;

/** The loss and its gradient. */
export class SparsemaxLossOp extends RowLossOp<RowLossSettings> {
  readonly #sparsemax: RowOp;

  constructor({ name }: LossDefinition, sparsemax: RowOp) {
    super(name, { input: "logits", takesProbabilities: false, parameters: { parameters: { reduction } } });
    this.#sparsemax = sparsemax;
  }

  protected override lossesOf(caller: string, args: CrossEntropyArgs, out?: FloatArray): Float64Array {
    checkNotFreed(caller, args.x, args.labels, out);
    const { columns, stride } = args.layout;
    const losses = new Float64Array(args.layout.rows);
    this.#forRows(args, args.x, (row, x, p, at) => {
      if (isIgnored(args, row)) return;
      const label = at + classOf(args, row) * stride;
      // Half the squared distance of the probabilities from the label, and how far the label is below the threshold.
      let squares = 0;
      let others = 0;
      let threshold = NaN;
      let largest = 0;
      for (let i = 0, j = at; i < columns; i++, j += stride) {
        if (p[j] > largest) [largest, threshold] = [p[j], x[j] - p[j]];
        if (j === label) continue;
        others += p[j];
        squares += p[j] * p[j];
      }
      // Infinite logits have no threshold: they have all of the probability, or none.
      const below = x[label] === -Infinity || threshold === Infinity ? Infinity : threshold - x[label];
      losses[row] = p[label] > 0 ? (others * others + squares) / 2 : (1 + squares) / 2 + below;
    });
    if (args.weight !== undefined) weighLosses(args, losses);
    return losses;
  }

  protected override gradientsOf(
    caller: string,
    args: CrossEntropyArgs,
    dy: FloatArray | number,
    out: FloatArray | undefined,
  ): FloatArray {
    checkNotFreed(caller, args.x, args.labels, typeof dy === "number" ? undefined : dy, out);
    const { rows, columns, stride } = args.layout;
    // Copies, since `out` may overlap any of the arrays.
    const weighted = args.weight === undefined ? dy : rowWeights(args, dy);
    const factors = typeof weighted === "number" ? weighted : Float64Array.from(weighted);
    const labels = Float64Array.from({ length: rows }, (_, row) => (isIgnored(args, row) ? -1 : classOf(args, row)));
    const result = out ?? newArray(args.dtype, args.x.length);
    this.#forRows(args, copyIfOverwritten(args.x, out, args.dtype), (row, _, p, at) => {
      const start = startOf(args.layout, row);
      const label = labels[row];
      const factor = typeof factors === "number" ? factors : factors[row];
      let others = 0;
      for (let i = 0; i < columns; i++) if (i !== label) others += p[at + i * stride];
      for (let i = 0; i < columns; i++) {
        const gradient = i === label ? -others : p[at + i * stride];
        result[start + i * stride] = label < 0 ? 0 : gradient * factor;
      }
    });
    return result;
  }

  /** Calls back for each row, with as many at once in float64 as stay in the cache. */
  #forRows({ layout }: CrossEntropyArgs, x: FloatArray, take: TakeRow): void {
    const { rows, columns, stride } = layout;
    const block = columns * stride;
    if (rows === 0 || columns === 0) return;
    const blocks = rows / stride;
    const perChunk = Math.max(1, Math.floor(PER_CHUNK / block));
    for (let from = 0; from < blocks; from += perChunk) {
      const count = Math.min(perChunk, blocks - from);
      const logits = new Float64Array(count * block);
      for (let i = 0; i < logits.length; i++) logits[i] = x[from * block + i];
      const p = this.#sparsemax.apply(logits, { shape: [count, columns, stride], axis: 1 }) as Float64Array;
      for (let row = 0; row < count * stride; row++) {
        take(from * stride + row, logits, p, Math.floor(row / stride) * block + (row % stride));
      }
    }
  }
}
