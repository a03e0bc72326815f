/** Choosing among logits: the k largest, weights, and the filters of sampling. */

import { checkNotFreed } from "./arena.js";
import { describe, type FloatArray, isFloat32, newLike } from "./arrays.js";
import { activeScratch } from "./backend.js";
import { CHUNK, type Scratch } from "./instance.js";

/** Elements whose weights are summed together (assembly/tokens.ts). */
const PER_SUM = 256;

/** By how much of itself a sum of `roughSums` may be off: the terms' 2^-22.8, and twice 2^-24 for their sums in float32. */
export const ROUGH = 2 ** -21;

/** Elements that the kernels take at once (assembly/tokens.ts). */
const AT_ONCE = 16;

/** Up to this many logits JavaScript is faster than the kernels. */
const SMALL = 128;

/** One vector of logits, and what is asked of all of them: of the kernels where these run, else by loops. */
export class Logits {
  private readonly scratch: Scratch | null;
  private readonly narrow: boolean;
  private readonly perChunk: number;
  /** Where `findAbove` puts positions. */
  private found: Int32Array | undefined;

  constructor(
    caller: string,
    readonly values: FloatArray,
  ) {
    const scratch = activeScratch();
    checkNotFreed(caller, values);
    this.scratch = values.length > SMALL ? scratch : null;
    this.narrow = isFloat32(values);
    this.perChunk = CHUNK / values.BYTES_PER_ELEMENT;
    this.found = this.scratch?.secondInts;
  }

  /** The largest logit, -Infinity if there is none, NaN if there is NaN. */
  highest(): number {
    const { values } = this;
    if (this.scratch === null) return highestOf(values);
    let highest = -Infinity;
    const { kernels, first } = this.scratch;
    const kernel = kernels[this.narrow ? "highest_f32" : "highest_f64"];
    for (let from = 0; from < values.length && highest === highest; from += this.perChunk) {
      highest = kernel(first, this.load(from, from + this.perChunk), highest);
    }
    return highest;
  }

  /** The logits that weigh at least this, which is above 0. */
  heavier(weights: Weights, least: number): Candidates {
    const { values } = this;
    const heavier = Candidates.none();
    const limit = weights.limit(least);
    for (let from = 0; from < values.length; from += this.perChunk) {
      const count = this.findAbove(from, from + this.perChunk, limit);
      for (let c = 0; c < count; c++) {
        const i = from + this.found![c];
        const weight = weights.of(values[i]);
        if (weight >= least) heavier.add(i, weight);
      }
    }
    return heavier;
  }

  /** The k largest in no order: NaN counts as the largest, and of equal ones those of lower index. */
  largest(k: number): Heap {
    const { values } = this;
    const heap = new Heap(newLike(values, k), new Int32Array(k));
    for (let i = 0; i < k; i++) heap.place(i, values[i], i);
    for (let at = k >> 1; at-- > 0;) heap.sink(at, heap.values[at], heap.indices[at], k);
    // What is above the root, among as many as have been seen so far, takes its place, and the root moves up. Once the
    // root is NaN, so are all.
    for (let from = k; from < values.length && heap.values[0] === heap.values[0];) {
      const to = Math.min(values.length, from + Math.min(this.perChunk, Math.max(SMALL, from)));
      const count = this.findAbove(from, to, heap.values[0]);
      for (let c = 0; c < count; c++) {
        const i = from + this.found![c];
        const value = values[i];
        if (isAfter(heap.values[0], heap.indices[0], value, i)) heap.sink(0, value, i, k);
      }
      from = to;
    }
    return heap;
  }

  /** The sums of the weights of PER_SUM logits each. */
  sumWeights(weights: Weights): Float64Array {
    const { scratch } = this;
    if (scratch !== null) return this.sumsBy(scratch, this.narrow ? "sumWeights_f32" : "sumWeights_f64", weights);
    const sums = new Float64Array(Math.ceil(this.values.length / PER_SUM));
    for (let j = 0; j < sums.length; j++) sums[j] = sumByLanes(weights.from(PER_SUM * j, this.values));
    return sums;
  }

  /**
   * About the same in half of the time, as the terms of softmax: not the same bits everywhere. Undefined where the kernels
   * have no such way.
   */
  roughSums(weights: Weights): Float64Array | undefined {
    const { temperature } = weights;
    if (this.scratch === null || !this.narrow || temperature < 1e-30 || temperature > 1e30) return undefined;
    this.scratch.temper(temperature, true);
    return this.sumsBy(this.scratch, "sumRoughly", weights);
  }

  /** What a kernel sums up of PER_SUM logits each. */
  private sumsBy(scratch: Scratch, name: string, weights: Weights): Float64Array {
    const { kernels, first, second, second64 } = scratch;
    const kernel = kernels[name];
    const sums = new Float64Array(Math.ceil(this.values.length / PER_SUM));
    for (let from = 0, j = 0; from < this.values.length; from += this.perChunk) {
      const n = this.load(from, from + this.perChunk);
      kernel(first, second, n, weights.peak, weights.scale);
      for (let s = 0; s < n / PER_SUM; s++) sums[j++] = second64[s];
    }
    return sums;
  }

  /** Copies logits to the scratch memory, filled up with -Infinity to as many as the kernels take at once. */
  private load(from: number, to: number): number {
    const [view] = this.scratch!.buffers(this.narrow);
    view.set(this.values.subarray(from, to));
    const n = Math.min(to, this.values.length) - from;
    for (let i = n; i % AT_ONCE > 0; i++) view[i] = -Infinity;
    return n;
  }

  /** Finds which logits from `from` to `to` are above a limit, or NaN, and how many they are. */
  private findAbove(from: number, to: number, limit: number): number {
    if (this.scratch !== null) {
      const { kernels, first, second } = this.scratch;
      const kernel = kernels[this.narrow ? "findAbove_f32" : "findAbove_f64"];
      return kernel(first, second, this.load(from, to), limit);
    }
    this.found ??= new Int32Array(Math.min(this.values.length, this.perChunk));
    let count = 0;
    for (let i = from; i < Math.min(to, this.values.length); i++) {
      if (!(this.values[i] <= limit)) this.found[count++] = i - from;
    }
    return count;
  }
}

/** The largest value, -Infinity if there is none, NaN if there is NaN. */
function highestOf(values: FloatArray): number {
  let highest = -Infinity;
  for (let i = 0; i < values.length; i++) if (values[i] > highest || values[i] !== values[i]) highest = values[i];
  return highest;
}

/** Values and where they are, as a heap: the root is the last in rank, children come before their parents. */
class Heap {
  constructor(
    readonly values: FloatArray,
    readonly indices: Int32Array,
  ) {}

  place(at: number, value: number, index: number): void {
    this.values[at] = value;
    this.indices[at] = index;
  }

  /** Lets a value that comes to `at` sink to its place among the first `size`. */
  sink(at: number, value: number, index: number, size: number): void {
    const { values, indices } = this;
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      const other = child + 1;
      if (other < size && isAfter(values[other], indices[other], values[child], indices[child])) child = other;
      if (!isAfter(values[child], indices[child], value, index)) break;
      this.place(at, values[child], indices[child]);
      at = child;
    }
    this.place(at, value, index);
  }

  /** Sorts the values by rank: the root, which is the last, goes to the end. */
  sort(): this {
    for (let last = this.values.length - 1; last > 0; last--) {
      const value = this.values[last];
      const index = this.indices[last];
      this.place(last, this.values[0], this.indices[0]);
      this.sink(0, value, index, last);
    }
    return this;
  }
}

/** Whether x at i comes after y at j in rank. */
function isAfter(x: number, i: number, y: number, j: number): boolean {
  if (x < y) return true;
  if (x > y) return false;
  // Equal, or one is NaN.
  if (x === y || (x !== x && y !== y)) return i > j;
  return y !== y;
}

// As in assembly/tokens.ts.
const LOWEST = -1020;
const ROUNDER = 6755399441055744;
const C1 = 0.6931472028550245;
const C2 = 0.2402264791361985;
const C3 = 5.5503324711712355e-2;
const C4 = 9.61843735851566e-3;
const C5 = 1.3398874402353912e-3;
const C6 = 1.5353361713568671e-4;

/** 2^-n for n from 0 on. */
let powersOfTwo: Float64Array | undefined;

function makePowersOfTwo(): Float64Array {
  const powers = new Float64Array(1 - LOWEST);
  for (let n = 0, power = 1; n <= -LOWEST; n++, power /= 2) powers[n] = power;
  return powers;
}

/**
 * The weights e^((x - peak) / temperature) of logits.
 *
 * They decide which token is chosen, so they must be the same bits on every backend and in every engine: no `Math.exp`,
 * which engines round differently, and the very steps that the kernel takes (assembly/tokens.ts).
 */
export class Weights {
  /** What x - peak is multiplied by to make a power of two. Finite, so that the weight of the peak is 1. */
  readonly scale: number;
  private readonly powers = (powersOfTwo ??= makePowersOfTwo());

  constructor(
    readonly peak: number,
    readonly temperature: number,
  ) {
    this.scale = Math.min(Math.LOG2E / temperature, Number.MAX_VALUE);
  }

  /** The weight of a logit: its limit where the peak is Infinity. */
  of(x: number): number {
    if (this.peak === Infinity) return x === Infinity ? 1 : 0;
    const y = (x - this.peak) * this.scale;
    if (!(y >= LOWEST)) return 0;
    const n = y + ROUNDER - ROUNDER;
    const r = y - n;
    const r2 = r * r;
    const p46 = C6 * r2 + (C5 * r + C4);
    return ((p46 * r2 + (C3 * r + C2)) * r2 + (C1 * r + 1)) * this.powers[-n];
  }

  /** The logits at these indices, or all. */
  candidates(x: FloatArray, indices?: Int32Array): Candidates {
    const candidates = Candidates.none();
    const length = indices === undefined ? x.length : indices.length;
    for (let i = 0; i < length; i++) {
      const index = indices === undefined ? i : indices[i];
      candidates.add(index, this.of(x[index]));
    }
    return candidates;
  }

  /** The weights of PER_SUM logits, zeros where there are fewer. */
  from(first: number, values: FloatArray): Float64Array {
    const length = Math.min(PER_SUM, values.length - first);
    const weights = new Float64Array(PER_SUM);
    for (let i = 0; i < length; i++) weights[i] = this.of(values[first + i]);
    return weights;
  }

  /** A limit below every logit of at least this weight, and above as many others as can be. */
  limit(weight: number): number {
    // The weight's error, and that of Math.log and of rounding the limit to float32, are far within these margins.
    const reach = this.temperature * (0.01 - Math.log(weight));
    return this.peak - reach - (2 ** -22 * (Math.abs(this.peak) + reach) + 2 ** -148);
  }
}

/** For how many candidates there is room at first. */
const FEW_CANDIDATES = 1024;

let reused: Candidates | undefined;

/** Indices in ascending order, and their weights. */
class Candidates {
  private length = 0;
  private indices = new Int32Array(FEW_CANDIDATES);
  private weights = new Float64Array(FEW_CANDIDATES);
  /** Where up to so many weights are sorted, by insertion: typed arrays' own `sort` takes half a microsecond at least. */
  private readonly few = new Float64Array(32);

  /** None as yet, in the arrays of the last time, unless those are large: it costs a microsecond to make them. */
  static none(): Candidates {
    if (reused === undefined || reused.indices.length > FEW_CANDIDATES) reused = new Candidates();
    reused.length = 0;
    return reused;
  }

  add(index: number, weight: number): void {
    if (this.length === this.indices.length) {
      const { indices, weights } = this;
      this.indices = new Int32Array(4 * this.length);
      this.weights = new Float64Array(4 * this.length);
      this.indices.set(indices);
      this.weights.set(weights);
    }
    this.indices[this.length] = index;
    this.weights[this.length++] = weight;
  }

  /** The sum of the weights. */
  sum(): number {
    let sum = 0;
    for (let i = 0; i < this.length; i++) sum += this.weights[i];
    return sum;
  }

  /** Leaves those that weigh more than the limit, and the first `ties` of those that weigh as much. */
  keep(limit: number, ties: number): void {
    const { indices, weights, length } = this;
    let kept = 0;
    for (let i = 0; i < length; i++) {
      if (weights[i] > limit || (weights[i] === limit && ties-- > 0)) {
        indices[kept] = indices[i];
        weights[kept++] = weights[i];
      }
    }
    this.length = kept;
  }

  /** Leaves the heaviest that together have at least this mass, or all; of equal ones those of lower index. */
  keepHeaviest(mass: number): void {
    let sum = 0;
    let sorted: Float64Array;
    let count = this.length;
    if (count <= this.few.length) {
      sorted = this.few;
      for (let i = 0, at = 0; i < count; at = ++i) {
        const weight = this.weights[i];
        for (; at > 0 && sorted[at - 1] > weight; at--) sorted[at] = sorted[at - 1];
        sorted[at] = weight;
      }
    } else {
      const weights = this.weights.slice(0, count);
      sorted = weights;
      if (count > FEW_WEIGHTS) {
        // Their order matters only within the key where the sum passes the mass.
        const bits = new Uint32Array(new Float32Array(weights).buffer);
        const masses = new Float64Array(KEY_OF_ONE + 1);
        let lowest = KEY_OF_ONE;
        for (let i = 0; i < count; i++) {
          const key = bits[i] >>> KEY_SHIFT;
          masses[key] += weights[i];
          lowest = Math.min(lowest, key);
        }
        let key = KEY_OF_ONE;
        while (key > lowest && sum + masses[key] < mass) sum += masses[key--];
        // In place: nothing is read after it is written.
        count = 0;
        for (let i = 0; i < weights.length; i++) if (bits[i] >>> KEY_SHIFT === key) weights[count++] = weights[i];
        sorted = weights.subarray(0, count);
      }
      sorted.sort();
    }
    let last = count;
    do sum += sorted[--last];
    while (last > 0 && sum < mass);
    let ties = 1;
    while (last + ties < count && sorted[last + ties] === sorted[last]) ties++;
    this.keep(sorted[last], ties);
  }

  /** The index that a number below 1 falls on. */
  at(number: number): number {
    return this.indices[placeOf(this.sum() * number, this.weights, this.length)];
  }
}

/** Leading bits of a float32 by which weights are sorted at first: its exponent and 4 bits of its significand. */
const KEY_SHIFT = 19;
const KEY_OF_ONE = 0x3f800000 >>> KEY_SHIFT;

/** Up to this many weights are sorted at once. */
const FEW_WEIGHTS = 256;

/** How often the limit is halved at most, above which candidates are looked for, before they are looked for again. */
const MOST_HALVINGS = 4;

/** What `sample` is asked for. */
export interface Sampling {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
  readonly random: () => number;
}

/** The index of a logit drawn by its weight. */
export function draw(caller: string, x: FloatArray, sampling: Sampling): number {
  const { temperature, topK, topP, minP, random } = sampling;
  const logits = new Logits(caller, x);
  const top = topK < x.length ? logits.largest(topK) : undefined;
  const peak = top === undefined ? logits.highest() : highestOf(top.values);
  if (peak !== peak) throw new RangeError(`${caller}: logits must not hold NaN`);
  if (peak === -Infinity) throw new RangeError(`${caller}: there is no logit above -Infinity to choose`);

  // Before there are candidates: the generator might call this function.
  const number = numberOf(caller, random);
  const weights = new Weights(peak, temperature);
  let left: Candidates;
  if (top !== undefined || x.length <= SMALL || peak === Infinity) {
    left = weights.candidates(x, top?.indices.sort());
    if (topP < 1) left.keepHeaviest(topP * left.sum());
  } else if (topP < 1) left = heaviestOf(logits, weights, topP);
  else if (minP > 0) left = logits.heavier(weights, minP);
  else return drawFromAll(logits, weights, number);
  if (minP > 0) left.keep(minP, Infinity);
  return left.at(number);
}

/** The heaviest logits that together have this part of the mass of all. */
function heaviestOf(logits: Logits, weights: Weights, part: number): Candidates {
  const total = sumOf(logits.sumWeights(weights));
  const mass = part * total;
  // All that weigh less have together no more than what may be left out.
  const least = ((1 - part) * total) / logits.values.length;
  let limit = 1;
  let before = 0;
  for (let halvings = MOST_HALVINGS; ;) {
    limit = Math.max(limit * 2 ** -halvings, least);
    const heavy = logits.heavier(weights, limit);
    const sum = heavy.sum();
    if (limit === least || sum >= mass) {
      heavy.keepHeaviest(mass);
      return heavy;
    }
    // As many as should do where each brings as much as those of the last step, and a quarter more.
    const wanted = Math.ceil((1.25 * halvings * (mass - sum)) / (sum - before));
    halvings = Math.min(MOST_HALVINGS, wanted);
    before = sum;
  }
}

/** A number of the caller's generator. */
function numberOf(caller: string, random: () => number): number {
  const number: unknown = random();
  if (typeof number === "number" && number >= 0 && number < 1) return number;
  throw new RangeError(`${caller}: random must give a number from 0 to less than 1, not ${describe(number)}`);
}

/** The sum of numbers, added up in their order. */
function sumOf(numbers: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i];
  return sum;
}

/** The sum of weights, added up in the order of the kernel. */
function sumByLanes(w: Float64Array): number {
  let even = 0;
  let odd = 0;
  for (let i = 0; i < w.length; i += 2) {
    even += w[i];
    odd += w[i + 1];
  }
  return even + odd;
}

/**
 * The first place where `sum` and the weights, added up in their order, are above the target. If rounding is why they
 * never are, the last that has a weight.
 */
function placeOf(target: number, weights: Float64Array, count: number, sum = 0): number {
  let place = 0;
  for (let i = 0; i < count && sum <= target; i++) {
    if (weights[i] > 0) place = i;
    sum += weights[i];
  }
  return place;
}

/** Draws among all logits: by rough sums, if these leave no doubt which logit it is. */
function drawFromAll(logits: Logits, weights: Weights, number: number): number {
  const rough = logits.roughSums(weights);
  if (rough !== undefined) {
    const total = sumOf(rough);
    // The number t falls into a sum with C before it and R from there on. What t·(C + R) is above C is off by
    // ROUGH·((1 - t)·C + t·R) at most, which is no more than this; 2^-40 is for the rounding of float64.
    const doubt = ROUGH * (2 * number * (1 - number) * total + highestOf(rough)) + 2 ** -40 * total;
    const place = placeAmong(logits, weights, rough, total * number - doubt);
    if (place === placeAmong(logits, weights, rough, total * number + doubt)) return place;
  }
  const sums = logits.sumWeights(weights);
  return placeAmong(logits, weights, sums, sumOf(sums) * number);
}

/** The logit whose weight takes the sum above the target: in which of the sums it is, then which of its weights. */
function placeAmong(logits: Logits, weights: Weights, sums: Float64Array, target: number): number {
  let sum = 0;
  let j = 0;
  while (j < sums.length - 1 && sum + sums[j] <= target) sum += sums[j++];
  return PER_SUM * j + placeOf(target, weights.from(PER_SUM * j, logits.values), PER_SUM, sum);
}
