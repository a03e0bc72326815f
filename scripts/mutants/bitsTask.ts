/** What bitsChild.ts is told, and what it answers. */

/** What to compare, or without `keys`, to find out what there is. */
export interface BitsTask {
  /** The texts of mutated modules by name. */
  readonly texts: Readonly<Record<string, string>>;
  readonly keys?: readonly string[];
}

/** What there is to compare. */
export interface BitsPlan {
  /** Of each key of a hash, the modules that ran for it, and how long it took. */
  readonly [key: string]: { readonly modules: readonly string[]; readonly ms: number };
}

/** What noticed the mutant; undefined if nothing did. */
export interface BitsAnswer {
  readonly killer?: string;
  readonly plan?: BitsPlan;
}

/**
 * What notices a kernel that gives wrong results for known inputs: it is refused before its first use, and the formula computes in
 * its place.
 */
export const KNOWN_ANSWERS = "known answers";
