/** A soak: calls of all functions at mixed sizes, arenas made and freed, with resident memory flat. */

import fc from "fast-check";
import * as lanewise from "lanewise";
import { type AnyArray, drawOf } from "./fills.js";
import { argumentsOf, contentsOf } from "./placed.js";
import { Failures, type RunPart, seedOf } from "./report.js";
import { subjects } from "./subjects/index.js";
import type { CallCase } from "./subjects/subject.js";
import { attempt, callCases } from "./properties/placement.js";

/** Calls in the short form and in the long one. */
const CALLS = { short: 400_000, long: 3_000_000 };

/** How often memory is looked at. */
const LOOKS = 20;

/** The most elements of an input: of larger ones fewer calls could be made. */
const MOST = { short: 600, long: 8000 };

/** The share of the looks that warm up: V8 compiles all functions and lets its heap grow in some 300,000 calls. */
const WARM = { short: 0.6, long: 0.2 };

/** By how much resident memory may grow after that. */
const GROWTH = 0.02;

/** A call that is repeated, with its arguments as they are made anew for it. */
interface Repeated {
  readonly name: string;
  readonly call: (...args: unknown[]) => unknown;
  readonly args: readonly unknown[];
  readonly inputs: readonly AnyArray[];
}

/** So many different calls of a function, of a few sizes. */
const CALLS_OF_EACH = 12;

function repeatedCalls(seed: number, most: number): Repeated[] {
  return subjects.flatMap((subject) => {
    const cases: CallCase[] = fc.sample(callCases(subject, false), {
      seed: seedOf(seed, subject.name),
      numRuns: CALLS_OF_EACH,
    });
    return cases.flatMap((callCase) => {
      const setup = subject.setup(callCase);
      const inputs = contentsOf(setup, callCase.seed);
      const args = argumentsOf(setup, inputs);
      const isSmall = inputs.every(({ length }) => length <= most);
      if (!isSmall || "error" in attempt(() => subject.call(...args))) return [];
      return [{ name: subject.name, call: subject.call, args, inputs }];
    });
  });
}

/** An elementwise function and softmax on arrays of an arena, which is freed at once. */
function soakArena(bytes: number, turn: number): void {
  const arena = lanewise.createArena(bytes);
  const x = arena.float32(turn % 3000);
  x.fill(turn % 7);
  const { functions } = lanewise;
  functions[turn % functions.length](x, { out: x });
  lanewise.softmax(x, { out: x });
  if (turn % 2 === 0) arena.reset();
  arena.free();
}

/** Calls that are refused leave nothing behind either. */
function soakRefusal(): void {
  try {
    lanewise.sigmoid([1, 2, 3] as never);
  } catch {
    return;
  }
  throw new Error("sigmoid([1, 2, 3]) was not refused");
}

const collect = globalThis.gc as unknown as () => void;

/** Bytes that are resident once nothing is left to be collected. */
async function resident(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collect();
    // Memory of arenas is given back by another thread.
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  return process.memoryUsage.rss();
}

/** Of several, the one in the middle: a single look may come before memory is given back. */
function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}

export const run: RunPart = async ({ seed, isLong, progress }) => {
  const form = isLong ? "long" : "short";
  const repeated = repeatedCalls(seed, MOST[form]);
  const total = CALLS[form];
  const draw = drawOf(seed);
  const failures = new Failures();
  const looks: number[] = [];
  let calls = 0;
  let arenas = 0;
  for (let look = 0; look < LOOKS; look++) {
    progress(look / LOOKS, `${calls.toLocaleString("en")} calls`);
    const backends = lanewise.backends().filter(({ available }) => available);
    lanewise.useBackend(backends[look % backends.length].name);
    for (let i = 0; i < total / LOOKS; i++, calls++) {
      const { call, args } = repeated[Math.floor(draw() * repeated.length)];
      call(...args);
      if (i % 200 === 0) soakArena(1 << (14 + (arenas % 6)), arenas++);
      if (i % 100 === 0) soakRefusal();
    }
    looks.push(await resident());
  }
  const warm = looks.slice(Math.floor(WARM[form] * LOOKS));
  const half = warm.length >> 1;
  const before = median(warm.slice(0, half));
  const after = median(warm.slice(half));
  const growth = after / before - 1;
  const megabytes = looks.map((bytes) => (bytes / 1e6).toFixed(0)).join(" ");
  if (!(growth <= GROWTH)) {
    failures.add(
      "resident memory",
      `grew by ${(100 * growth).toFixed(1)} %: ${megabytes} MB`,
      "npm run attack -- soak",
    );
  }
  return {
    counts: { calls, "arenas made and freed": arenas, "different calls": repeated.length },
    failures: failures.list,
    notes: [`resident memory after warm-up ${growth < 0 ? "−" : "+"}${Math.abs(100 * growth).toFixed(1)} %`],
  };
};
