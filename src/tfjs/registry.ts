/** Puts kernels into tfjs's registry in the place of its own, and takes them out again. */

import {
  getKernel,
  type KernelConfig,
  type KernelFunction,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from "@tensorflow/tfjs-core";
import type { Kernel } from "./kernels.js";
import { type BackendName, runners } from "./memory.js";

interface Registered {
  readonly config: KernelConfig;
  /** What was registered before. */
  readonly original: KernelConfig | undefined;
}

const registered: Readonly<Record<BackendName, Map<string, Registered>>> = { cpu: new Map(), wasm: new Map() };

/** Whether lanewise computes a kernel on a backend now: another program may have registered one since. */
export function isRegistered(name: string, backend: string): boolean {
  const entry = Object.hasOwn(registered, backend) ? registered[backend as BackendName].get(name) : undefined;
  return entry !== undefined && getKernel(name, backend) === entry.config;
}

/** Registers a kernel, unless that is done. */
export function register(name: string, kernel: Kernel, backend: BackendName): void {
  if (isRegistered(name, backend)) return;
  const original = getKernel(name, backend);
  const kernelFunc = kernelFunction(name, kernel, backend, original?.kernelFunc);
  // The functions that set up the original and end it stay: it computes what this doesn't, and may be put back.
  replace(name, backend, { ...original, kernelName: name, backendName: backend, kernelFunc });
  registered[backend].set(name, { config: getKernel(name, backend)!, original });
}

/** Puts back what was there before; what another program has registered since stays. */
export function unregister(name: string, backend: BackendName): void {
  if (isRegistered(name, backend)) replace(name, backend, registered[backend].get(name)!.original);
  registered[backend].delete(name);
}

/** To register a kernel twice would print a warning. */
function replace(name: string, backend: BackendName, config: KernelConfig | undefined): void {
  if (getKernel(name, backend) !== undefined) unregisterKernel(name, backend);
  if (config !== undefined) registerKernel(config);
}

function kernelFunction(
  name: string,
  kernel: Kernel,
  backendName: BackendName,
  original: KernelFunction | undefined,
): KernelFunction {
  const { inputs: names, dtype = "float32" } = kernel;
  const run = runners[backendName];
  // Tensors of other types are tfjs's own kernel's, whose results for them differ from kernel to kernel; without one they are cast.
  const takes = original ? isFloat32 : isNumeric;
  return (args) => {
    const { inputs, backend, attrs = {} } = args;
    const tensors = names.map((input) => inputs[input]);
    const shapes = tensors.map(({ shape }) => shape);
    const plan = tensors.every(takes) ? kernel.plan(shapes, attrs) : undefined;
    if (plan) {
      const { shape, compute } = plan;
      const result = run(backend, tensors, shape, dtype, (arrays, out) => {
        return out.length === 0 || compute(arrays, out) || original === undefined;
      });
      if (result) return result;
    }
    if (original) return original(args);
    const given = tensors.map((tensor) => `${tensor.dtype} [${tensor.shape.join()}]`).join(" and ");
    throw new TypeError(`lanewise/tfjs: ${name} can't be computed of ${given} and ${JSON.stringify(attrs)}`);
  };
}

function isFloat32({ dtype }: TensorInfo): boolean {
  return dtype === "float32";
}

function isNumeric({ dtype }: TensorInfo): boolean {
  return dtype === "float32" || dtype === "int32" || dtype === "bool";
}
