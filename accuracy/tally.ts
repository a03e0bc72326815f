/** Counts of results and their errors, and how these are kept as JSON. */

export interface Tally {
  readonly inputs: number;
  /** How many results are correctly rounded. */
  readonly correct: number;
  /** How many are within 1 ulp. */
  readonly within1: number;
  /** How many are NaN or infinite where the exact result, rounded, is neither. */
  readonly notFinite: number;
  /** The largest error, in ulp; 0 if all are correctly rounded. */
  readonly error: number;
  /** The bit pattern of the first input that has it; 0 if there is none. */
  readonly at: number;
}

/** A tally that is still being added to. */
export type OpenTally = { -readonly [K in keyof Tally]: Tally[K] };

export function newTally(): OpenTally {
  return { inputs: 0, correct: 0, within1: 0, notFinite: 0, error: 0, at: 0 };
}

export function sum(a: Tally, b: Tally): Tally {
  const { error, at } = b.error > a.error ? b : a;
  return {
    inputs: a.inputs + b.inputs,
    correct: a.correct + b.correct,
    within1: a.within1 + b.within1,
    notFinite: a.notFinite + b.notFinite,
    error,
    at,
  };
}

/** A value as JSON, which has no infinity: a string stands for it. */
export function stringify(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (part === Infinity ? "Infinity" : part));
}

/** The value that `stringify` was given; `T` is its type, which nobody checks. */
export function parse<T>(text: string): T {
  return JSON.parse(text, (_, part: unknown) => (part === "Infinity" ? Infinity : part)) as T;
}

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** The float32 number of a bit pattern. */
export function float32(pattern: number): number {
  bits[0] = pattern;
  return float[0];
}
