// @ts-check
// Runs slices on all cores, and keeps what they found, so that a run which was broken off goes on where it was.

import { createHash } from "node:crypto";
import { setMaxListeners } from "node:events";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Tinypool } from "tinypool";
import { newTally, parse, stringify, sum } from "./tally.js";

/** @import { Slice } from "./slice.js" */
/** @import { Tally } from "./tally.js" */

/** @typedef {Omit<Slice, "from" | "to">} Job a function over all inputs */

/** Inputs of a slice: about a second's work. */
const SLICE = 2 ** 26;

/** Results of finished slices by what was run, in a file for each state of what they depend on. */
export class Store {
  /** @type {Map<string, Tally[]>} */
  #kept = new Map();
  #file;

  /**
   * @param {URL} folder
   * @param {readonly URL[]} sources the files whose contents the results depend on
   */
  constructor(folder, sources) {
    const hash = createHash("sha256").update(process.version);
    for (const source of sources) hash.update(readFileSync(source));
    mkdirSync(folder, { recursive: true });
    this.#file = new URL(`${hash.digest("hex").slice(0, 16)}.jsonl`, folder);
    if (!existsSync(this.#file)) return;
    // Without the last line, if that was broken off in writing.
    for (const line of readFileSync(this.#file, "utf8").split("\n").slice(0, -1)) {
      const { key, tallies } = parse(line);
      this.#kept.set(key, tallies);
    }
  }

  /** @param {string} key */
  get(key) {
    return this.#kept.get(key);
  }

  /**
   * @param {string} key
   * @param {Tally[]} tallies
   */
  add(key, tallies) {
    this.#kept.set(key, tallies);
    appendFileSync(this.#file, `${stringify({ key, tallies })}\n`);
  }
}

/**
 * @param {Job} job
 * @returns {Slice[]}
 */
export function slicesOf(job, size = SLICE) {
  const inputs = inputsOf(job.stride);
  return Array.from({ length: Math.ceil(inputs / size) }, (_, i) => {
    return { ...job, from: i * size, to: Math.min((i + 1) * size, inputs) };
  });
}

/**
 * How many inputs there are whose bit patterns are so far apart.
 *
 * @param {number} stride
 */
export function inputsOf(stride) {
  return Math.ceil(2 ** 32 / stride);
}

/**
 * A slice has been done.
 *
 * @callback Progress
 * @param {number} inputs of how many
 * @param {boolean} kept whether its result was kept from an earlier run
 */

/**
 * Runs jobs one after the other, but leaves no core idle in between.
 *
 * @param {readonly Job[]} jobs
 * @param {{ store: Store, workers: number, size?: number, worker?: URL }} options
 * @yields {{ job: Job, finish: (progress: Progress) => Promise<Tally[]> }} tallies, one for each backend
 */
export async function* run(jobs, { store, workers, size, worker = new URL("slice.js", import.meta.url) }) {
  const pool = new Tinypool({
    filename: fileURLToPath(worker),
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
        /** @param {Progress} progress */
        async finish(progress) {
          const parts = slices.map(async ({ inputs, kept, tallies }) => {
            const found = await tallies;
            progress(inputs, kept);
            return found;
          });
          const all = await Promise.all(parts);
          return job.backends.map((_, i) => all.reduce((total, part) => sum(total, part[i]), newTally()));
        },
      };
    }
  } finally {
    stopped.abort();
    await pool.destroy();
  }

  /** @param {Slice} slice */
  function start(slice) {
    const key = stringify(slice);
    const kept = store.get(key);
    const tallies = kept === undefined ? pool.run(slice, { signal: stopped.signal }).then(keep) : Promise.resolve(kept);
    // Whoever finishes the job is told; until then nobody listens.
    tallies.catch(() => {});
    return { inputs: slice.to - slice.from, kept: kept !== undefined, tallies };

    /** @param {Tally[]} found */
    function keep(found) {
      store.add(key, found);
      return found;
    }
  }
}
