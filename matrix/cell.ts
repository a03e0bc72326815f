/** A cell of the matrix: the packed package in one place where JavaScript runs. */

/** What a cell finds. What a place can't say stays undefined. */
export interface Outcome {
  /** What of the cell this is, where it has several results; default: all of it. */
  readonly part?: string;
  /** The version of the tool or engine. */
  readonly version?: string;
  /** The backend that lanewise chose there. */
  readonly backend?: string;
  /** Milliseconds of the first call. */
  readonly firstCall?: number;
  /** Bytes of all that is sent to a browser, gzipped. */
  readonly size?: number;
  /** Something worth a line in the table. */
  readonly note?: string;
  /** Why it failed, or why it could not be tried; default: it passed. */
  readonly failed?: string;
  readonly skipped?: string;
}

export interface Cell {
  readonly name: string;
  /** Whether `.ci/run` runs it; default: false. */
  readonly isQuick?: boolean;
  /** Tries it. What it throws is why it failed; `Skip` is why it can't be tried here. */
  run(context: Context): Promise<Outcome | readonly Outcome[]>;
}

export interface Group {
  readonly name: string;
  readonly cells: readonly Cell[];
}

/** What a cell is given. */
export interface Context {
  /** The path of the packed package. */
  readonly packed: string;
  /** A folder for what it installs and writes, which is its own, and empty at first but for packages that are installed already. */
  readonly folder: string;
  /** Whether the hashes in bits/bits.json are to be stored anew; see there. */
  readonly updatesBits: boolean;
}

/** Thrown by a cell that can't be tried on this machine. */
export class Skip extends Error {}
