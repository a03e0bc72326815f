import { checkFloats, checkInteger, mustBe } from "../args/arrays.js";
import type { FloatArray } from "../args/dtype.js";
import { type OptionList, readOptions } from "../args/options.js";
import { readShape, rowsOf } from "../args/shape.js";
import { Distribution } from "./distribution.js";
import { rowOf } from "./rowOf.js";

/** Options of `beamTopK`. */
export interface BeamOptions {
  /** [beams, vocabulary]. */
  readonly shape: readonly number[];
  /** The score of each beam so far, the sum of its tokens' log-probabilities. Default: zeros. */
  readonly scores?: ArrayLike<number> | undefined;
}

/** The best continuations of beams, from the best on. */
export interface Beams {
  /** The score of each: that of its beam, plus the log-probability of its token. */
  readonly scores: Float64Array;
  /** Which beam each continues. */
  readonly beams: Int32Array;
  /** With which token. */
  readonly tokens: Int32Array;
}

const OPTIONS: OptionList = { names: ["shape", "scores"] };

/**
 * The best of beams × vocabulary: the k continuations with the largest `score + log(softmax(logits))`, for beam search. Of equal ones lower
 * beams come first, then lower tokens. What has no probability has the score -Infinity: tokens of such logits, and all of a beam without others.
 *
 * @formula `s_{b,i} = \text{scores}_b + x_{b,i} - \log \sum_j e^{x_{b,j}}, \qquad s_{b_1, i_1} \ge s_{b_2, i_2} \ge \dots \ge s_{b_k, i_k}`
 * @param logits a Float32Array or Float64Array of beams × vocabulary
 * @param k how many: an integer from 1 to the number of logits. Hugging Face's transformers takes twice the beams, so that enough are left
 *   of those that don't end.
 * @param options `shape`, [beams, vocabulary], and `scores`, an array of a number for each beam, default zeros
 * @returns `scores`, `beams` and `tokens`, of k each
 * @throws {TypeError} if an argument is of another type, or there is no such option
 * @throws {RangeError} if k or a length is out of range, logits hold NaN, or a score is NaN or Infinity
 * @see https://huggingface.co/docs/transformers/internal/generation_utils
 * @example
 * beamTopK(Float32Array.of(0, 9, 9, 0), 2, { shape: [2, 2], scores: [0, -1] }); // { beams: [0, 1], tokens: [1, 0], … }
 */
export function beamTopK(logits: FloatArray, k: number, options: BeamOptions): Beams {
  const caller = "beamTopK";
  const [shape, scores] = readOptions(caller, OPTIONS, options);
  checkFloats(caller, "logits", logits);
  if (shape === undefined) throw mustBe(caller, "shape", "an array [beams, vocabulary]", shape);
  const { rows, columns } = rowsOf(caller, logits.length, readShape(caller, shape), -1);
  checkInteger(caller, "k", k, 1, logits.length);
  const own = readScores(caller, scores, rows);
  const found: { score: number; beam: number; token: number }[] = [];
  const distribution = new Distribution();
  for (let beam = 0; beam < rows; beam++) {
    distribution.begin(caller, rowOf(caller, "logits", logits, beam, columns));
    const { indices, size } = distribution.largest(k);
    for (const token of indices.subarray(0, size)) {
      found.push({ score: own[beam] + distribution.logProbabilityOf(token), beam, token });
    }
  }
  const best = found.sort((a, b) => b.score - a.score || a.beam - b.beam || a.token - b.token).slice(0, k);
  return {
    scores: Float64Array.from(best, ({ score }) => score),
    beams: Int32Array.from(best, ({ beam }) => beam),
    tokens: Int32Array.from(best, ({ token }) => token),
  };
}

function readScores(caller: string, scores: unknown, beams: number): Float64Array {
  if (scores === undefined) return new Float64Array(beams);
  const length = typeof scores === "object" && scores !== null ? (scores as ArrayLike<unknown>).length : undefined;
  if (length !== beams) throw mustBe(caller, "scores", `an array of ${beams} numbers`, scores);
  const own = Float64Array.from(scores as ArrayLike<number>);
  const wrong = own.findIndex((score) => !(score < Infinity));
  if (wrong >= 0) {
    throw new RangeError(`${caller}: scores[${wrong}] must be a number below Infinity, not ${own[wrong]}`);
  }
  return own;
}
