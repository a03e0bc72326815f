/** Runs slices on all cores, and keeps what they found, so that a run which was broken off goes on where it was. */

import { createHash } from "node:crypto";
import { setMaxListeners } from "node:events";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Tinypool } from "tinypool";
import type { Slice } from "./slice.js";
import { newTally, parse, stringify, sum, type Tally } from "./tally.js";

/** A function over all inputs. */
export type Job = Omit<Slice, "from" | "to">;

/** Inputs of a slice: about a second's work. */
const SLICE = 2 ** 26;

interface KeptSlice {
  readonly key: string;
  readonly tallies: Tally[];
}

/** Results of finished slices by what was run, in a file for each state of what they depend on. */
export class Store {
  readonly #kept = new Map<string, Tally[]>();
  readonly #file: URL;

  /** @param sources the files whose contents the results depend on */
  constructor(folder: URL, sources: readonly URL[]) {
    const hash = createHash("sha256").update(process.version);
    for (const source of sources) hash.update(readFileSync(source));
    mkdirSync(folder, { recursive: true });
    this.#file = new URL(`${hash.digest("hex").slice(0, 16)}.jsonl`, folder);
    if (!existsSync(this.#file)) return;
    // Without the last line, if that was broken off in writing.
    for (const line of readFileSync(this.#file, "utf8").split("\n").slice(0, -1)) {
      const { key, tallies } = parse<KeptSlice>(line);
      this.#kept.set(key, tallies);
    }
  }

  get(key: string): Tally[] | undefined {
    return this.#kept.get(key);
  }

  add(key: string, tallies: Tally[]): void {
    this.#kept.set(key, tallies);
    appendFileSync(this.#file, `${stringify({ key, tallies })}\n`);
  }
}

export function slicesOf(job: Job, size = SLICE): Slice[] {
  const inputs = inputsOf(job.stride);
  return Array.from({ length: Math.ceil(inputs / size) }, (_, i) => {
    return { ...job, from: i * size, to: Math.min((i + 1) * size, inputs) };
  });
}

/** How many inputs there are whose bit patterns are `stride` apart. */
export function inputsOf(stride: number): number {
  return Math.ceil(2 ** 32 / stride);
}

/**
 * Called when a slice has been done.
 *
 * @param inputs how many it had
 * @param kept whether its result was kept from an earlier run
 */
export type Progress = (inputs: number, kept: boolean) => void;

/** A job under way; `finish` gives a tally for each backend. */
export interface Running {
  readonly job: Job;
  finish(progress: Progress): Promise<Tally[]>;
}

export interface RunOptions {
  readonly store: Store;
  /** How many slices run at once. */
  readonly workers: number;
  /** Inputs of a slice. */
  readonly size?: number;
  /** The module that runs a slice. */
  readonly worker?: URL;
}

const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

/** Runs jobs one after the other, but leaves no core idle in between. */
export async function* run(
  jobs: readonly Job[],
  { store, workers, size, worker = new URL("slice.ts", import.meta.url) }: RunOptions,
): AsyncGenerator<Running> {
  const pool = new Tinypool({
    filename: worker.href,
    runtime: "child_process", // tsx takes no part in worker threads of Node 20
    execArgv: ["--import", tsx],
    serialization: "advanced", // JSON has no infinity
    env: process.env as Record<string, string>,
    minThreads: workers,
    maxThreads: workers,
    isolateWorkers: false,
    concurrentTasksPerWorker: 1,
  });
  const stopped = new AbortController();
  setMaxListeners(Infinity, stopped.signal); // one a slice
  try {
    const queued = jobs.map((job) => ({ job, slices: slicesOf(job, size).map(start) }));
    for (const { job, slices } of queued) {
      yield {
        job,
        async finish(progress) {
          const parts = slices.map(async ({ inputs, kept, tallies }) => {
            const found = await tallies;
            progress(inputs, kept);
            return found;
          });
          const all = await Promise.all(parts);
          return job.backends.map((_, i) => all.reduce<Tally>((total, part) => sum(total, part[i]), newTally()));
        },
      };
    }
  } finally {
    stopped.abort();
    await pool.destroy();
  }

  function start(slice: Slice): { inputs: number; kept: boolean; tallies: Promise<Tally[]> } {
    const key = stringify(slice);
    const kept = store.get(key);
    const tallies =
      kept === undefined
        ? (pool.run(slice, { signal: stopped.signal }) as Promise<Tally[]>).then((found) => {
            store.add(key, found);
            return found;
          })
        : Promise.resolve(kept);
    // Whoever finishes the job is told; until then nobody listens.
    tallies.catch(() => {});
    return { inputs: slice.to - slice.from, kept: kept !== undefined, tallies };
  }
}
