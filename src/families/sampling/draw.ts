/** Drawing a token: the filters of sampling, and the draw among what they leave. */

import { checkBuffer, checkFloats, checkInteger, checkNumber, describe, mustBe } from "../../args/arrays.js";
import type { FloatArray } from "../../args/dtype.js";
import { type OptionList, readOptions } from "../../args/options.js";
import { insteadBy, type Spellings } from "../../args/spellings.js";
import { LOGITS_PER_SUM } from "../../generated/layout.js";
import { maxScalarLogits } from "../../exec/tuning.js";
import { indexOfMax } from "../../formulas/argmax.js";
import type { Candidates } from "./candidates.js";
import { Logits, SUM_TOLERANCE } from "./logits.js";
import { indexAtMass, maxOf, sumOf } from "./sums.js";
import { Weights } from "./weights.js";

/** How often the limit is halved at most, above which candidates are looked for, before they are looked for again. */
const MAX_HALVINGS = 4;

/** How other libraries call options of sampling. */
export const SAMPLING_SPELLINGS: Spellings = {
  t: "temperature",
  k: "topK",
  p: "topP",
  nucleus: "topP",
  rng: "random",
  generator: "random",
  seed: "random takes a generator that was seeded, a function that gives numbers from 0 to less than 1",
  dosample: "for the largest logit, without chance, use argmax",
};

const OPTIONS: OptionList = {
  names: ["temperature", "topK", "topP", "minP", "random"],
  insteadOf: /* @__PURE__ */ insteadBy(SAMPLING_SPELLINGS),
};

/** The options of a call, checked. */
interface ResolvedOptions {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
  readonly random: () => number;
}

function resolveOptions(caller: string, options: unknown): ResolvedOptions {
  const given = readOptions(caller, OPTIONS, options);
  const [temperature = 1, topK = Infinity, topP = 1, minP = 0, random = Math.random] = given;
  checkOption(caller, "temperature", temperature, (t) => t > 0 && t < Infinity, "a finite number above 0", "argmax");
  if (topK !== Infinity) checkInteger(caller, "topK", topK, 1, Infinity);
  checkOption(caller, "topP", topP, (p) => p > 0 && p <= 1, "above 0 and at most 1");
  checkOption(caller, "minP", minP, (p) => p >= 0 && p <= 1, "from 0 to 1");
  if (typeof random !== "function") throw mustBe(caller, "random", "a function", random);
  return { temperature, topK: topK as number, topP, minP, random: random as () => number };
}

/** @param limit the function that is the limit for 0 */
function checkOption(
  caller: string,
  name: string,
  value: unknown,
  holds: (value: number) => boolean,
  wanted: string,
  limit?: string,
): asserts value is number {
  checkNumber(caller, name, value);
  if (holds(value)) return;
  const instead = value === 0 && limit !== undefined ? `: for 0 use ${limit}` : "";
  throw new RangeError(`${caller}: ${name} must be ${wanted}, not ${value}${instead}`);
}

/**
 * The index of a logit drawn by its weight.
 *
 * A worker may write to logits in shared memory meanwhile, so that what one pass over them finds need not hold in the next. So no
 * loop's end depends on two passes agreeing, and where no candidate is left in the end, the largest logit is chosen.
 */
export function draw(caller: string, x: FloatArray, options: unknown): number {
  const { temperature, topK, topP, minP, random } = resolveOptions(caller, options);
  checkFloats(caller, "logits", x);
  // Before anything is read of the logits, which the generator may change or transfer; and it might call this function.
  const number = x.length === 0 ? 0 : numberOf(caller, random);
  // Not by the length, which optimized code of Node 20 takes from before the call, once it has seen resizable buffers.
  if (x[0] === undefined) checkBuffer(caller, "logits", x);
  const logits = new Logits(caller, x);
  const top = topK < x.length ? logits.largest(topK) : undefined;
  const max = top === undefined ? logits.max() : maxOf(top.values);
  if (max !== max) throw new RangeError(`${caller}: logits must not hold NaN`);
  if (max === -Infinity) throw new RangeError(`${caller}: there is no logit above -Infinity to choose`);

  const weights = new Weights(max, temperature);
  let left: Candidates;
  if (top !== undefined || x.length <= maxScalarLogits || max === Infinity) {
    left = weights.candidates(x, top?.indices.sort());
    if (topP < 1) left.keepHeaviest(topP * left.sum());
  } else if (topP < 1) left = heaviestOf(logits, weights, topP);
  else if (minP > 0) left = logits.heavier(weights, minP);
  else return drawFromAll(logits, weights, number);
  if (minP > 0) left.keep(minP, Infinity);
  return left.isEmpty ? indexOfMax(x, 0, 1, x.length) : left.at(number);
}

/** The heaviest logits that together have this part of the mass of all: by approximate sums, if these leave no doubt which they are. */
export function heaviestOf(logits: Logits, weights: Weights, part: number, into?: Candidates): Candidates {
  const approximate = logits.approximateSums(weights);
  if (approximate !== undefined) {
    const total = sumOf(approximate);
    const doubt = 2 * SUM_TOLERANCE * total;
    const found = heaviestBetween(logits, weights, part, total - doubt, total + doubt, into);
    if (found !== undefined) return found;
  }
  const total = sumOf(logits.sumWeights(weights));
  return heaviestBetween(logits, weights, part, total, total, into)!;
}

/** The same where the mass of all lies between two numbers; undefined if it depends on where. */
function heaviestBetween(
  logits: Logits,
  weights: Weights,
  part: number,
  leastTotal: number,
  mostTotal: number,
  into?: Candidates,
): Candidates | undefined {
  const most = part * mostTotal;
  // All that weigh less have together no more than what may be left out.
  const least = ((1 - part) * leastTotal) / logits.values.length;
  let limit = 1;
  let before = 0;
  for (let halvings = MAX_HALVINGS; ;) {
    limit = Math.max(limit * 2 ** -halvings, least);
    into?.clear();
    const heavy = logits.heavier(weights, limit, into);
    const sum = heavy.sum();
    if (!(limit > least) || sum >= most) return heavy.keepHeaviest(part * leastTotal, most) ? heavy : undefined;
    // As many as should do where each brings as much as those of the last step, and a quarter more.
    const wanted = Math.ceil((1.25 * halvings * (most - sum)) / (sum - before));
    // At least one, so that the limit falls, also where the logits have changed since they were summed up.
    halvings = wanted >= 1 ? Math.min(MAX_HALVINGS, wanted) : 1;
    before = sum;
  }
}

/** A number of the caller's generator; throws unless it is from 0 to less than 1. */
export function numberOf(caller: string, random: () => unknown): number {
  const number = random();
  if (typeof number === "number" && number >= 0 && number < 1) return number;
  throw new RangeError(`${caller}: random must give a number from 0 to less than 1, not ${describe(number)}`);
}

/** Draws among all logits: by approximate sums, if these leave no doubt which logit it is. */
export function drawFromAll(logits: Logits, weights: Weights, number: number): number {
  const approximate = logits.approximateSums(weights);
  if (approximate !== undefined) {
    const total = sumOf(approximate);
    // The number t falls into a sum with C before it and R from there on. What t·(C + R) is above C is off by
    // SUM_TOLERANCE·((1 - t)·C + t·R) at most, which is no more than this; 2^-40 is for the rounding of float64.
    const doubt = SUM_TOLERANCE * (2 * number * (1 - number) * total + maxOf(approximate)) + 2 ** -40 * total;
    const place = placeAmong(logits, weights, approximate, total * number - doubt);
    if (place === placeAmong(logits, weights, approximate, total * number + doubt)) return place;
  }
  const sums = logits.sumWeights(weights);
  return placeAmong(logits, weights, sums, sumOf(sums) * number);
}

/** The logit whose weight takes the sum above the target: in which of the sums it is, then which of its weights. */
function placeAmong(logits: Logits, weights: Weights, sums: Float64Array, target: number): number {
  let sum = 0;
  let j = 0;
  while (j < sums.length - 1 && sum + sums[j] <= target) sum += sums[j++];
  return LOGITS_PER_SUM * j + indexAtMass(target, weights.from(LOGITS_PER_SUM * j, logits.values), LOGITS_PER_SUM, sum);
}
