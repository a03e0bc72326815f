/**
 * What is known of mutants, kept in build/mutants/ so that a run goes on where one before ended. A mutant that was killed counts
 * as killed as long as its file is the same; one that survived is tried again.
 */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { pathOf } from "../../bench/paths.js";
import { digestOf, type Mutant, textOfFile } from "./mutant.js";

/** invalid: it doesn't compile; unchanged: it compiles to the same code. */
export type Status = "killed" | "survived" | "unchanged" | "invalid";

export interface Result {
  readonly status: Status;
  /** What noticed it: a test, a hash, or a limit of time. */
  readonly killer?: string;
  /** What noticed it among tests of correctness, without the hashes; "" if none did, undefined if they haven't run. */
  readonly correctness?: string;
  /** Of the file that it mutates. */
  readonly digest: string;
}

export class State {
  readonly #file: string;
  readonly #results: Record<string, Result>;

  /** @param fresh whether to forget what is known */
  constructor(name: string, fresh: boolean) {
    mkdirSync(pathOf("build/mutants"), { recursive: true });
    this.#file = pathOf(`build/mutants/${name}.json`);
    this.#results = fresh ? {} : this.#read();
  }

  #read(): Record<string, Result> {
    try {
      return JSON.parse(readFileSync(this.#file, "utf8")) as Record<string, Result>;
    } catch {
      return {};
    }
  }

  /** What is known of a mutant of the file as it is now. */
  get({ id, file }: Mutant): Result | undefined {
    const result = this.#results[id];
    return result?.digest === digestOf(textOfFile(file)) ? result : undefined;
  }

  set({ id, file }: Mutant, result: Omit<Result, "digest">): void {
    this.#results[id] = { ...result, digest: digestOf(textOfFile(file)) };
    // At once, so that a run that is stopped loses nothing.
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#results, null, 1));
    renameSync(`${this.#file}.new`, this.#file);
  }
}

/** Runs `task` over all items, `width` at a time, until the time is over. */
export async function runUntil<T>(
  items: readonly T[],
  width: number,
  end: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async () => {
    while (left.length > 0 && Date.now() < end) await task(left.shift()!);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
