/** The generators of samplers. */

import { checkInteger, mustBe } from "../args/arrays.js";
import { numberOf } from "../families/sampling/draw.js";

/** Where numbers come from. */
export interface RandomOptions {
  /**
   * An integer from 0 to 2^32 - 1 for a generator of its own, the Mersenne Twister MT19937: the same tokens at every run, in every engine.
   * Default: numbers of `random`.
   */
  readonly seed?: number | undefined;
  /** Gives a number from 0 to less than 1. Default: Math.random. */
  readonly random?: (() => number) | undefined;
}

/** A generator by the options `seed` and `random`. */
export class Generator {
  private readonly seeded: MersenneTwister | undefined;
  private readonly random: () => unknown;

  constructor(caller: string, seed: unknown, random: unknown) {
    if (seed !== undefined) {
      checkInteger(caller, "seed", seed, 0, 2 ** 32 - 1);
      if (random !== undefined) throw new TypeError(`${caller}: seed and random exclude each other`);
      this.seeded = new MersenneTwister(seed);
    }
    if (random !== undefined && typeof random !== "function") throw mustBe(caller, "random", "a function", random);
    this.random = (random as (() => unknown) | undefined) ?? Math.random;
  }

  /** The next number; throws unless it is from 0 to less than 1. */
  next(caller: string): number {
    if (this.seeded !== undefined) return this.seeded.next();
    return numberOf(caller, this.random);
  }

  /** Begins anew, where there is a seed. */
  reset(): void {
    this.seeded?.reset();
  }
}

const SIZE = 624;
const SHIFT = 397;

/**
 * The Mersenne Twister MT19937, as its authors seed it by one number, and with their 53 bits of a number from 0 to less than 1: what
 * NumPy's `RandomState(seed).random_sample()` gives.
 *
 * @see https://doi.org/10.1145/272991.272995
 */
export class MersenneTwister {
  private readonly state = new Uint32Array(SIZE);
  private at = SIZE;

  /** @param seed an integer from 0 to 2^32 - 1 */
  constructor(private readonly seed: number) {
    this.reset();
  }

  /** Begins anew. */
  reset(): void {
    const { state } = this;
    state[0] = this.seed;
    for (let i = 1; i < SIZE; i++) state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    this.at = SIZE;
  }

  /** The next number from 0 to less than 1. */
  next(): number {
    const high = this.nextWord() >>> 5;
    const low = this.nextWord() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  private nextWord(): number {
    if (this.at === SIZE) this.twist();
    let word = this.state[this.at++];
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  private twist(): void {
    const { state } = this;
    for (let i = 0; i < SIZE; i++) {
      const word = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
      state[i] = state[(i + SHIFT) % SIZE] ^ (word >>> 1) ^ (word & 1 ? 0x9908b0df : 0);
    }
    this.at = 0;
  }
}
