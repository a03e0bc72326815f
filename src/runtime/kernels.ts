/** Kernels by name, found in an instance when they are first used, and trusted once they have given known answers. */

import type { DType } from "../args/dtype.js";
import type { Plan } from "../args/parameters.js";
import type { Instance, Kernel, Scratch } from "./instance.js";
import { type ModuleText, noteImport } from "./modules.js";

/**
 * Finds out whether a kernel gives known answers: it may use the first bytes of the scratch buffers. Returns what is wrong.
 *
 * @param plan the parameters that have been written for the kernel, if it reads any
 */
export type Check = (
  kernel: Kernel,
  scratch: Scratch,
  dtype: DType,
  plan: Plan<object> | undefined,
) => string | undefined;

/** Numbers for all kernels, by which instances file them. */
let count = 0;

/** A kernel of a module, in one version for float32 and one for float64; made by `kernelPair`. */
export class KernelPair {
  readonly #number = count;

  constructor(
    readonly module: ModuleText,
    readonly name: string,
    private readonly check?: Check,
  ) {
    count += 2;
    noteImport(module);
  }

  /** The kernel of an instance for a type; null where it can't run, so that the formula computes. */
  of(instance: Instance, dtype: DType, plan?: Plan<object>): Kernel | null {
    const kernel = instance.kernels[this.#number + dtype.index];
    return kernel === undefined ? this.#find(instance, dtype, plan) : kernel;
  }

  #find(instance: Instance, dtype: DType, plan: Plan<object> | undefined): Kernel | null {
    const { backend } = instance;
    const { name } = this.module;
    let kernel: Kernel | null = null;
    // Of an arena only what the backend trusts.
    if (!backend.failures.has(name) && (instance === backend || this.of(backend, dtype, plan) !== null)) {
      try {
        const version = `${this.name}_${dtype.suffix}`;
        const found = instance.exportsOf(this.module)[version];
        let wrong: string | undefined;
        if (instance === backend) {
          // They may have been written to an arena, where the function is first called.
          if (plan !== undefined) backend.setParameters(plan);
          wrong = this.check?.(found, backend, dtype, plan);
        }
        if (wrong !== undefined) throw new Error(`known-answer check failed: ${version} ${wrong}`);
        kernel = found;
      } catch (error) {
        // An arena's arrays are copied then.
        if (instance === backend) backend.failures.set(name, message(error));
      }
    }
    // What an arena lacks may come, by `ready`.
    if (kernel !== null || instance === backend) instance.kernels[this.#number + dtype.index] = kernel;
    return kernel;
  }
}

/** A kernel of a module by the name of both versions, less the type. `K` is the type of the module's kernels. */
export function kernelPair<K extends object>(module: ModuleText<K>, name: keyof K & string, check?: Check): KernelPair {
  return new KernelPair(module as ModuleText, name, check);
}

/** What an error says, with its name unless that is "Error". */
export function message(error: unknown): string {
  return String(error).replace(/^Error: /, "");
}

/** By how much an answer may be off, relatively, and at least. */
const TOLERANCE = [5e-7, 2e-15];

/**
 * The end of a sentence that says how `got` differs from what a formula gives for `given`; undefined if it does not.
 *
 * @param leastFor how far the answer for a number may be off at least, near a zero of the formula
 */
export function compareAnswers(
  got: ArrayLike<number>,
  wanted: ArrayLike<number>,
  given: ArrayLike<number>,
  dtype: DType,
  leastFor: (x: number) => number = () => 0,
): string | undefined {
  // In audio worklets, engines may take subnormal numbers for 0, as is usual for sound.
  const least = "AudioWorkletGlobalScope" in globalThis ? 1.2e-38 : 3e-45;
  for (let i = 0; i < wanted.length; i++) {
    const exact = dtype.round(wanted[i]);
    const tolerance = Math.max(TOLERANCE[dtype.index] * Math.abs(exact), least, leastFor(given[i]));
    if (Object.is(got[i], exact) || Math.abs(got[i] - exact) <= tolerance) continue;
    return `gave ${got[i]} for ${given[i]}, not ${exact}`;
  }
  return undefined;
}
