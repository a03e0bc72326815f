/** The bits of float32 numbers. */

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** The three fields of a float32. */
export interface Bits {
  readonly sign: string;
  readonly exponent: string;
  readonly fraction: string;
}

/** The bits of a number as float32 has it: 1 of the sign, 8 of the exponent, 23 of the fraction. */
export function bitsOf(value: number): Bits {
  float[0] = value;
  const text = word[0].toString(2).padStart(32, "0");
  return { sign: text[0], exponent: text.slice(1, 9), fraction: text.slice(9) };
}

/** The float32 that comes `steps` after a finite one, or before it; stops at the largest. */
export function neighbour(value: number, steps: number): number {
  float[0] = value;
  // Counted from zero, so that the order of the numbers is that of their places.
  const place = (word[0] & 0x7fffffff) * (word[0] >>> 31 ? -1 : 1) + steps;
  const largest = 0x7f7fffff;
  const magnitude = Math.min(Math.abs(place), largest);
  word[0] = magnitude + (place < 0 ? 0x80000000 : 0);
  return float[0];
}
