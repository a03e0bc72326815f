/** The weights of logits: what their probabilities are proportional to. */

import type { FloatArray } from "../../args/dtype.js";
import {
  EXP2_1,
  EXP2_2,
  EXP2_3,
  EXP2_4,
  EXP2_5,
  EXP2_6,
  LOGITS_PER_SUM,
  MIN_EXPONENT,
} from "../../generated/layout.js";
import { log } from "../../formulas/elementary.js";
import { Candidates } from "./candidates.js";

/** Added to a number, it rounds that to an integer. */
const MAGIC_BIAS = 6755399441055744;

/** 2^-n for n from 0 on. */
let powersOfTwo: Float64Array | undefined;

function makePowersOfTwo(): Float64Array {
  const powers = new Float64Array(1 - MIN_EXPONENT);
  for (let n = 0, power = 1; n <= -MIN_EXPONENT; n++, power /= 2) powers[n] = power;
  return powers;
}

/**
 * The weights e^((x - max) / temperature) of logits.
 *
 * They decide which token is chosen, so they must be the same bits on every backend and in every engine: no `Math.exp`,
 * which engines round differently, and the very steps that the kernel takes (assembly/sampling/logits.ts).
 */
export class Weights {
  max!: number;
  temperature!: number;
  /** What x - max is multiplied by to make a power of two. Finite, so that the weight of the max is 1. */
  scale!: number;
  private readonly powers = (powersOfTwo ??= makePowersOfTwo());
  private block: Float64Array | undefined = undefined;

  constructor(max: number, temperature: number) {
    this.set(max, temperature);
  }

  /** Makes these the weights of logits of another max or temperature. */
  set(max: number, temperature: number): void {
    this.max = max;
    this.temperature = temperature;
    this.scale = Math.min(Math.LOG2E / temperature, Number.MAX_VALUE);
  }

  /** The weight of a logit: its limit where the max is Infinity. */
  of(x: number): number {
    if (this.max === Infinity) return x === Infinity ? 1 : 0;
    const y = (x - this.max) * this.scale;
    return y >= MIN_EXPONENT ? this.power(y) : 0;
  }

  /** 2^y for a y from MIN_EXPONENT to 0. */
  power(y: number): number {
    const n = y + MAGIC_BIAS - MAGIC_BIAS;
    const r = y - n;
    const r2 = r * r;
    const p46 = EXP2_6 * r2 + (EXP2_5 * r + EXP2_4);
    return ((p46 * r2 + (EXP2_3 * r + EXP2_2)) * r2 + (EXP2_1 * r + 1)) * this.powers[-n];
  }

  /** The logits at these indices, or all. */
  candidates(x: FloatArray, indices?: ArrayLike<number>): Candidates {
    const candidates = Candidates.none();
    const length = indices === undefined ? x.length : indices.length;
    for (let i = 0; i < length; i++) {
      const index = indices === undefined ? i : indices[i];
      candidates.add(index, this.of(x[index]));
    }
    return candidates;
  }

  /** The weights of LOGITS_PER_SUM logits, zeros where there are fewer, in an array that is used for each call. */
  from(first: number, values: FloatArray): Float64Array {
    const length = Math.min(LOGITS_PER_SUM, values.length - first);
    const weights = (this.block ??= new Float64Array(LOGITS_PER_SUM));
    for (let i = 0; i < length; i++) weights[i] = this.of(values[first + i]);
    return length < LOGITS_PER_SUM ? weights.fill(0, length) : weights;
  }

  /** A limit below every logit of at least this weight, and above as many others as can be; with a `side` of -1 the other way round. */
  limit(weight: number, side: 1 | -1 = 1): number {
    // The weight's error, and those of the logarithm and of rounding the limit to float32, are far within these margins.
    const reach = this.temperature * (side * 0.01 - log(weight));
    return this.max - reach - side * (2 ** -22 * (Math.abs(this.max) + Math.abs(reach)) + 2 ** -148);
  }
}
