/** Whether what matrix/probe/probe.js got somewhere is right. */

import { existsSync, readFileSync } from "node:fs";
import type { Outcome } from "../cell.js";

/** What probe() gives, once it has been through JSON. */
export interface Probed {
  readonly backend: string;
  readonly reasons: readonly {
    name: string;
    available: boolean;
    reason?: string;
    fallbacks?: Record<string, string>;
  }[];
  readonly firstCall: number;
  readonly sigmoid: readonly number[];
  readonly relu: readonly number[];
  readonly derivative: readonly number[];
  readonly softmax: readonly number[];
  readonly token: number;
}

export type Backend = "relaxed-simd" | "simd" | "js";

/** Where WebAssembly runs: which of the two hangs on the engine, and on whether the processor has a fused multiply-add. */
export const anyWasm: readonly Backend[] = ["relaxed-simd", "simd"];

/** Where the engine has relaxed SIMD: only Linux says simply whether an x64 processor has a fused multiply-add. */
export const relaxed: readonly Backend[] =
  process.arch === "arm64" ||
  (existsSync("/proc/cpuinfo") && /^flags.* fma /m.test(readFileSync("/proc/cpuinfo", "utf8")))
    ? ["relaxed-simd"]
    : anyWasm;

/** Exact values, rounded once. */
const exactSigmoid = Float32Array.from([-1, 0.5, 3], (x) => 1 / (1 + Math.exp(-x)));
const logits = Float32Array.from({ length: 10 }, (_, i) => ((i * 7919) % 997) / 100);
const exponentials = Array.from(logits, (x) => Math.exp(x));
const sum = exponentials.reduce((a, b) => a + b);
const exactSoftmax = Float32Array.from(exponentials, (x) => x / sum);

/** The token that every backend draws: that of plain arithmetic over the 40 largest of 1000 logits, by their indices. */
function exactToken(): number {
  const all = Float32Array.from({ length: 1000 }, (_, i) => ((i * 7919) % 997) / 100);
  const order = Array.from(all.keys()).sort((a, b) => all[b] - all[a] || a - b);
  const kept = order.slice(0, 40).map((i) => ({ i, p: Math.exp(all[i]) }));
  const whole = kept.reduce((total, { p }) => total + p, 0);
  const nucleus: typeof kept = [];
  let inside = 0;
  for (const one of kept) {
    if (inside >= 0.9 * whole) break;
    nucleus.push(one);
    inside += one.p;
  }
  let left = 0.5 * inside;
  for (const { i, p } of nucleus.toSorted((a, b) => a.i - b.i)) {
    left -= p;
    if (left < 0) return i;
  }
  return nucleus.at(-1)!.i;
}

function ulpsApart(bits: readonly number[], exact: Float32Array): number {
  const words = new Int32Array(exact.buffer);
  if (bits.length !== words.length) return Infinity;
  return Math.max(...bits.map((word, i) => Math.abs(word - words[i])));
}

/**
 * The outcome of a probe, which fails with what is wrong: a value, the backend where one was expected, or the reason why the
 * next better one doesn't run, which has to be there, and to match `why` where that is given.
 */
export function judge(probed: Probed, expected?: Backend | readonly Backend[], why?: RegExp): Outcome {
  const wrong: string[] = [];
  const allowed = expected === undefined ? undefined : [expected].flat();
  if (allowed && !allowed.includes(probed.backend as Backend)) {
    wrong.push(`the backend is ${probed.backend}, not ${allowed.join(" or ")}: ${JSON.stringify(probed.reasons)}`);
  }
  if (ulpsApart(probed.sigmoid, exactSigmoid) > 2) wrong.push(`sigmoid gives the bits ${probed.sigmoid.join()}`);
  if (probed.relu.join() !== "0,0,2") wrong.push(`relu gives ${probed.relu.join()}`);
  if (probed.derivative.join() !== "0.25") wrong.push(`sigmoid.derivative gives ${probed.derivative.join()}`);
  if (ulpsApart(probed.softmax, exactSoftmax) > 4) wrong.push(`softmax gives the bits ${probed.softmax.join()}`);
  if (probed.token !== exactToken()) wrong.push(`sample gives ${probed.token}, not ${exactToken()}`);
  for (const { name, fallbacks } of probed.reasons) {
    if (fallbacks) wrong.push(`${name} fell back: ${JSON.stringify(fallbacks)}`);
  }
  const refused = probed.reasons.filter(({ available }) => !available);
  for (const { name, reason } of refused) if (!reason) wrong.push(`there is no reason why ${name} isn't available`);
  const reason = refused.at(-1)?.reason;
  if (why && !why.test(reason ?? "")) wrong.push(`the reason is ${JSON.stringify(reason)}, which doesn't match ${why}`);
  return {
    backend: probed.backend,
    firstCall: probed.firstCall,
    ...(why && reason && { note: shortened(reason) }),
    ...(wrong.length > 0 && { failed: wrong.join("; ") }),
  };
}

/** A text of one line, cut after so many characters. */
function shortened(text: string, length = 150): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

/** The probe among the lines that a program printed: the last that is an object. */
export function probedIn(output: string): Probed {
  const line = output
    .trim()
    .split("\n")
    .filter((text) => text.startsWith("{"))
    .at(-1);
  if (line === undefined) throw new Error(`it printed no result: ${output.slice(-500)}`);
  return JSON.parse(line) as Probed;
}
