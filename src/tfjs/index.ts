/**
 * The kernels of lanewise in TensorFlow.js: `tf.sigmoid`, `tf.softmax` and others, forward and gradient, computed by lanewise on tfjs's
 * backends "cpu" and "wasm". Needs the peer dependency `@tensorflow/tfjs-core`.
 */

import { findBackendFactory } from "@tensorflow/tfjs-core";
import { mustBe } from "../args/arrays.js";
import { registerGradientOf, unregisterGradientOf } from "./gradients.js";
import { type KernelName, kernels } from "./kernels.js";
import { type BackendName, runners } from "./memory.js";
import { register, unregister } from "./registry.js";

export type { BackendName, KernelName };

/** Options of `registerKernels`. */
export interface RegisterOptions {
  /**
   * The names of the kernels to register, as tfjs has them. Default: all of `kernelNames`, but on "wasm" not ArgMax, Elu, Relu and Step,
   * which tfjs computes as exactly there, and faster.
   */
  readonly kernels?: readonly KernelName[] | undefined;
  /** Whether to register the kernels' gradients too. Default: true. */
  readonly gradients?: boolean | undefined;
}

/** What was registered, and how to undo it. */
export interface Registration {
  readonly backend: BackendName;
  readonly kernels: readonly KernelName[];
  /** The kernels whose gradients lanewise computes. */
  readonly gradients: readonly KernelName[];
  /** Puts tfjs's own kernels and gradients of these names back, whichever call replaced them. A second time it does nothing. */
  readonly unregister: () => void;
}

/** The names of all tfjs kernels that lanewise computes. */
export const kernelNames: readonly KernelName[] = Object.keys(kernels) as KernelName[];

/** tfjs's "wasm" has their tensors in the memory that it computes in; lanewise copies them to its own and back. */
const fasterOnWasm: readonly KernelName[] = ["ArgMax", "Elu", "Relu", "Step"];

/**
 * Makes tfjs compute with lanewise's kernels on one of its backends, from the next operation on, in the whole program.
 *
 * Tensors of float32 are lanewise's. What it has no kernel for stays tfjs's own: tensors of other types, shapes of slopes that
 * broadcast along axes in between, a step of another `alpha` than 0. Results are lanewise's to the bit, with its conventions for NaN
 * and infinities; tfjs's own ones hold for the maximum of a row with NaN (ArgMax).
 *
 * Call it once the backend is imported; it need not run yet. To call it again changes nothing.
 *
 * @param backend "cpu" or "wasm"
 * @param options `kernels`: the names of those to register, default all of `kernelNames`, but on "wasm" not ArgMax, Elu, Relu
 *   and Step, which tfjs computes as exactly there, and faster; `gradients`: whether to register theirs too, default true
 * @returns what is registered, and `unregister`, which undoes it
 * @throws {TypeError} if the backend is another one, a kernel has no such name, or there is no such option
 * @throws {Error} if the backend has not been imported
 * @example
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 * import { registerKernels } from "lanewise/tfjs";
 *
 * const { unregister } = registerKernels("cpu");
 * tf.sigmoid(tf.tensor1d([-1, 0, 1])); // by lanewise
 * unregister();
 */
export function registerKernels(backend: BackendName, options?: RegisterOptions): Registration {
  const caller = "registerKernels";
  checkBackend(caller, backend);
  const { kernels: given, gradients = true } = checkOptions(caller, options);
  if (typeof gradients !== "boolean") throw mustBe(caller, "gradients", "true or false", gradients);
  const names = readNames(caller, given, backend);
  const differentiable = gradients ? names.filter((name) => kernels[name].gradients !== undefined) : [];
  for (const name of names) register(name, kernels[name], backend);
  for (const name of differentiable) registerGradientOf(name, kernels[name], backend);
  let isUndone = false;
  return {
    backend,
    kernels: names,
    gradients: differentiable,
    unregister() {
      if (isUndone) return;
      isUndone = true;
      for (const name of names) {
        if (kernels[name].gradients !== undefined) unregisterGradientOf(name, kernels[name], backend);
        unregister(name, backend);
      }
    },
  };
}

function checkBackend(caller: string, backend: unknown): asserts backend is BackendName {
  if (typeof backend !== "string" || !Object.hasOwn(runners, backend)) {
    const hint = typeof backend === "string" ? ": the tensors of others are not where lanewise can compute" : "";
    throw mustBe(caller, "backend", '"cpu" or "wasm"', backend, hint);
  }
  if (findBackendFactory(backend) === null) {
    throw new Error(
      `${caller}: tfjs has no backend ${JSON.stringify(backend)} yet: import "@tensorflow/tfjs-backend-${backend}" before this call`,
    );
  }
}

function checkOptions(caller: string, options: unknown = {}): RegisterOptions {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw mustBe(caller, "options", 'an object such as { kernels: ["Sigmoid"] }', options);
  }
  const unknown = Object.keys(options).find((name) => name !== "kernels" && name !== "gradients");
  if (unknown !== undefined) {
    throw new TypeError(`${caller}: there is no option ${unknown}, only kernels, gradients`);
  }
  return options;
}

function readNames(caller: string, given: unknown, backend: BackendName): readonly KernelName[] {
  if (given === undefined) return kernelNames.filter((name) => backend === "cpu" || !fasterOnWasm.includes(name));
  if (!Array.isArray(given)) throw mustBe(caller, "kernels", 'an array of names such as ["Sigmoid"]', given);
  for (const [i, name] of given.entries()) {
    if (!kernelNames.includes(name)) {
      throw mustBe(caller, `kernels[${i}]`, `one of ${kernelNames.join(", ")}`, name);
    }
  }
  return [...new Set(given as KernelName[])];
}
