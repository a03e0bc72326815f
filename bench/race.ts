import { isUtf8 } from "node:buffer";
import { Bench } from "tinybench";
import type { Candidate } from "./candidates.js";
import type { Inputs } from "./inputs.js";
import type { Pair } from "./results.js";

/** What takes turns: `run(times, inputs)` makes as many calls, and may tell their time. */
export interface Runner {
  /** No other has this name. */
  readonly label: string;
  readonly inputs: unknown;
  run(times: number, inputs: unknown): unknown;
}

/** A candidate with what it is called with. */
export interface Racer extends Candidate {
  readonly inputs: Inputs;
}

/** Milliseconds that a slice takes at least: long for the clock, short beside the time that other programs take. */
const SLICE = 0.3;

const MIN_ROUNDS = 7;

/** The part of the time that goes to warming up. */
const WARM_UP = 0.25;

const text = new Uint8Array(4096);

/**
 * Checks a text, which ends in an instruction that clears the upper halves of the vector registers. V8 leaves them dirty after
 * kernels of 256 bits (--experimental-wasm-revectorize), and as long as they are, C functions such as Math.exp take several times
 * as long, which would be counted as the time of what comes next: a plain sigmoid took 24 ns an element in Node 26 instead of 10.
 * Copying arrays doesn't clear them.
 */
function clearRegisters(): void {
  isUtf8(text);
}

/**
 * Measures the candidates by turns, slice by slice, so that what else the machine does falls on all of them alike.
 *
 * The turns are tinybench's: with `concurrency: "bench"` each task waits for its next turn after every call of its
 * function. Here such a call is a slice, which makes many calls and tells their mean by `overriddenDuration`. Without
 * that option tinybench runs one task after the other.
 *
 * @param size elements a call
 * @param milliseconds to take for each of them, but at least MIN_ROUNDS slices
 * @returns nanoseconds an element, by the candidates
 */
export async function race<R extends Runner | Racer>(
  racers: readonly R[],
  size: number,
  milliseconds: number,
): Promise<Map<R, Pair>> {
  const slices = racers.map((racer) => {
    const { run, inputs } = racer as Runner;
    let calls = 1;
    return async () => {
      clearRegisters();
      const begin = performance.now();
      const given = run(calls, inputs);
      const told = given instanceof Promise ? ((await given) as unknown) : undefined;
      const time = typeof told === "number" ? told : performance.now() - begin;
      const overriddenDuration = time / calls;
      if (time < SLICE) calls *= 2;
      return { overriddenDuration, time };
    };
  });

  const total = milliseconds * racers.length;
  const begin = performance.now();
  let round = Infinity;
  while (performance.now() - begin < total * WARM_UP) {
    round = 0;
    for (const slice of slices) round += (await slice()).time;
  }
  const left = total - (performance.now() - begin);
  const iterations = Math.max(MIN_ROUNDS, Math.floor(left / round));

  const bench = new Bench({ concurrency: "bench", warmup: false, time: 0, iterations, throws: true });
  let turn: Promise<unknown> = Promise.resolve();
  racers.forEach(({ label }, i) => {
    // A slice that waits for a promise must not be disturbed by the others.
    const inTurn = () => (turn = turn.then(slices[i])) as ReturnType<(typeof slices)[number]>;
    bench.add(label, inTurn, { async: true });
  });
  await bench.run();

  return new Map(
    racers.map((racer) => {
      const result = bench.getTask(racer.label)?.result;
      if (result?.state !== "completed") throw new Error(`${racer.label}: ${result?.state}`);
      const { min, p50 } = result.latency;
      const [minimum, median] = [min, p50].map((time) => Number(((time * 1e6) / size).toPrecision(4)));
      return [racer, [minimum, median]];
    }),
  );
}
