/** What an entry of the tables of docs/guides/coming-from.md is: a call of another library, and what to write here. */

/** A value as the other library documents it, for the arrays of inputs.ts. */
export type Wanted = number | readonly number[] | Frequencies | Readonly<Record<string, readonly number[]>>;

/** Of a call that draws: how often it gives each index. */
export class Frequencies {
  constructor(readonly probabilities: readonly number[]) {}
}

/** A call of another library that this one can say. */
export interface Same {
  /** The call, and others that mean the same. */
  readonly there: readonly string[];
  /** An expression over lanewise's exports and the arrays of inputs.ts. */
  readonly here: string;
  /** What the other library's documentation says that it gives. */
  readonly wanted: Wanted;
  /** What else is to be known, as the end of the line. */
  readonly note: string;
}

/** Calls that this library has nothing for. */
export interface None {
  readonly there: readonly string[];
  /** What to do instead. */
  readonly none: string;
}

export type Entry = Same | None;

/** The calls of a library, by what they are for. */
export interface Library {
  readonly name: string;
  /** What stands before names that are written in short, for the reader and for the search: "F" for "torch.nn.functional". */
  readonly prefixes: Readonly<Record<string, string>>;
  /** What stands above its tables. */
  readonly about: string;
  readonly tables: Readonly<Record<string, readonly Entry[]>>;
}

/** An entry that both have; the calls there are separated by " | ". */
export function same(there: string, here: string, wanted: Wanted, note = ""): Same {
  return { there: there.split(" | "), here, wanted, note };
}

/** An entry that only the other library has. */
export function none(there: string, instead: string): None {
  return { there: there.split(" | "), none: instead };
}
