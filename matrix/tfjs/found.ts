/** What the programs of matrix/tfjs/programs report. */

import type { Pair } from "../../bench/results.js";

/** What a run of specs found. */
export interface SpecsFound {
  readonly passed: number;
  /** The names of the specs that failed, with their messages. */
  readonly failed: Readonly<Record<string, string>>;
}

/** What the checks found: of each its failure, or null. */
export type ChecksFound = Readonly<Record<string, string | null>>;

export type Backend = "cpu" | "wasm";

export interface Speed {
  readonly backend: Backend;
  readonly name: string;
  readonly isGradient: boolean;
  readonly size: number;
  /** Nanoseconds an element, the minimum and the median. */
  readonly tfjs: Pair;
  readonly lanewise: Pair;
}

export interface Errors {
  readonly backend: Backend;
  readonly name: string;
  readonly isGradient: boolean;
  /** The largest error, in ulp, as text; "Infinity" where a result is NaN for a number, or the reverse. */
  readonly tfjs: string;
  readonly lanewise: string;
}

export interface FiguresFound {
  readonly speeds: readonly Speed[];
  readonly errors: readonly Errors[];
}
