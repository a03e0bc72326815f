/** Measuring by turns, so that what else the machine does falls on all alike. tinybench tells nothing before its end; bars fill sooner. */

import type { Job, Role, Runner } from "./protocol.js";

/** One way of one role. */
interface Racer {
  readonly role: Role;
  readonly way: string;
  /** Makes so many calls, and gives their time in milliseconds. */
  readonly slice: (calls: number) => number | Promise<number>;
  /** Calls a slice. */
  calls: number;
  /** Nanoseconds an element, of each slice that counts. */
  readonly times: number[];
}

/** What has been measured of a role so far: of its fastest way. */
export interface Standing {
  readonly role: Role;
  readonly way: string;
  /** How many ways were tried. */
  readonly ways: number;
  /** Nanoseconds an element. */
  readonly min: number;
  readonly median: number;
}

/** How it is measured. */
export interface Plan {
  /** Milliseconds for each way. */
  readonly time: number;
  /** Milliseconds that a slice takes at least: long for the clock. */
  readonly slice: number;
  readonly signal: AbortSignal;
}

/** Slices that each way has at least. */
const MIN_ROUNDS = 5;

/** The part of the time that goes to warming up: engines optimise code that has run for a while. */
const WARM_UP = 0.3;

/**
 * Measures a job.
 *
 * @param onRound told after each round what has been measured so far
 */
export async function race(
  runners: ReadonlyMap<Role, Runner>,
  job: Job,
  { time, slice, signal }: Plan,
  onRound: (standings: readonly Standing[]) => void,
): Promise<void> {
  const racers: Racer[] = [];
  for (const [role, runner] of runners) {
    const ways = await runner.prepare(role, job);
    ways.forEach((way, i) => racers.push({ role, way, slice: (calls) => runner.slice(i, calls), calls: 1, times: [] }));
  }
  const total = time * racers.length;
  const begin = performance.now();
  const elapsed = () => performance.now() - begin;
  let isWarm = false;
  for (let round = 0; !signal.aborted && !(isWarm && round >= MIN_ROUNDS && elapsed() >= total); round++) {
    let isLong = true;
    for (let turn = 0; turn < racers.length && !signal.aborted; turn++) {
      // Another one begins each round.
      const racer = racers[(round + turn) % racers.length];
      const duration = await racer.slice(racer.calls);
      if (isWarm) racer.times.push((duration * 1e6) / (racer.calls * job.size));
      if (duration < slice) {
        racer.calls = more(racer.calls, duration, slice);
        isLong = false;
      }
    }
    if (!isWarm && isLong && elapsed() >= total * WARM_UP) {
      isWarm = true;
      round = -1;
    } else if (isWarm) onRound(standingsOf(racers));
  }
}

/** Calls that will take long enough, but not many times as many at once: the first calls are slow. */
function more(calls: number, duration: number, slice: number): number {
  return Math.ceil(calls * Math.min(8, Math.max(1.3, (1.2 * slice) / Math.max(duration, 1e-3))));
}

function standingsOf(racers: readonly Racer[]): Standing[] {
  const best = new Map<Role, Standing>();
  for (const { role, way, times } of racers) {
    if (times.length === 0) continue;
    const sorted = times.slice().sort((a, b) => a - b);
    const [min, median] = [sorted[0], sorted[Math.floor(sorted.length / 2)]];
    const other = best.get(role);
    const ways = (other?.ways ?? 0) + 1;
    best.set(role, other === undefined || min < other.min ? { role, way, ways, min, median } : { ...other, ways });
  }
  return [...best.values()];
}
