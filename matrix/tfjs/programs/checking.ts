/** What the checks have in common. */

import { kernelNames, registerKernels } from "lanewise/tfjs";
import { numbers, special } from "./calls.js";
import { tf } from "./tensorflow.js";

export const backend = process.argv[2] as "cpu" | "wasm";
export const other = backend === "cpu" ? "wasm" : "cpu";
/** Of each check its failure, or null. */
export const ended: Record<string, string | null> = {};

/** Runs a check, which may throw; tensors that it leaves are freed. */
export async function check(name: string, run: () => void | Promise<void>): Promise<void> {
  await tf.setBackend(backend);
  tf.engine().startScope();
  try {
    await run();
    ended[name] = null;
  } catch (error) {
    ended[name] = (error as Error).message.slice(0, 500);
  } finally {
    tf.engine().endScope();
  }
}

export function registered<T>(run: () => T, options?: Parameters<typeof registerKernels>[1]): T {
  const { unregister } = registerKernels(backend, { kernels: kernelNames, ...options });
  try {
    return run();
  } finally {
    unregister();
  }
}

/** Throws unless both have the same numbers, -0 and NaN told apart; within a tolerance of 1 + |x|, if one is given. */
export function same(what: string, got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 0): void {
  if (got.length !== wanted.length) throw new Error(`${what}: ${got.length} numbers instead of ${wanted.length}`);
  for (let i = 0; i < got.length; i++) {
    if (Object.is(got[i], wanted[i]) || Math.abs(got[i] - wanted[i]) < tolerance * (1 + Math.abs(wanted[i]))) continue;
    throw new Error(`${what}: ${got[i]} instead of ${wanted[i]}, at ${i}`);
  }
}

export function isTrue(what: string, holds: boolean): void {
  if (!holds) throw new Error(what);
}

export const given = Float32Array.from([...numbers(10_007), ...special]);
export const finite = numbers(501, 3).map((x) => Math.abs(x) + 0.01);

/** The slopes of a function by central differences. */
export function slopes(f: (x: number) => number, x: Float32Array, h = 1e-5): number[] {
  return Array.from(x, (at) => (f(at + h) - f(at - h)) / (2 * h));
}
