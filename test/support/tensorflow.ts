/**
 * A stand-in for @tensorflow/tfjs-core: its registry of kernels and gradients, and backends as far as `lanewise/tfjs` knows them, with
 * the same methods. matrix/tfjs/ tests with tfjs itself, which is too large to be installed for every test.
 */

import type { GradConfig, KernelConfig, Tensor, TensorInfo } from "@tensorflow/tfjs-core";

type Numbers = Float32Array | Int32Array | Uint8Array;

const kernels = new Map<string, KernelConfig>();
const gradients = new Map<string, GradConfig>();
const factories = new Map<string, () => unknown>();

const key = (name: string, backend: string) => `${backend}_${name}`;

/** As tfjs does, whose warning of a kernel that is there is an error here. */
export function registerKernel(config: KernelConfig): void {
  const at = key(config.kernelName, config.backendName);
  if (kernels.has(at)) throw new Error(`The kernel ${at} is already registered`);
  kernels.set(at, config);
}

export function unregisterKernel(name: string, backend: string): void {
  if (!kernels.delete(key(name, backend))) throw new Error(`The kernel ${name} is not registered`);
}

export const getKernel = (name: string, backend: string) => kernels.get(key(name, backend));

export function registerGradient(config: GradConfig): void {
  if (gradients.has(config.kernelName)) throw new Error(`Overriding the gradient for ${config.kernelName}`);
  gradients.set(config.kernelName, config);
}

export function unregisterGradient(name: string): void {
  if (!gradients.delete(name)) throw new Error(`The gradient ${name} is not registered`);
}

export const getGradient = (name: string) => gradients.get(name);

export const findBackendFactory = (name: string) => factories.get(name) ?? null;

/** A backend of plain arrays. "wasm" has them in one memory, which moves whenever a tensor is made: views of before are detached. */
class Backend {
  readonly #arrays = new Map<object, Numbers>();

  write(values: Numbers): object {
    const dataId = {};
    this.#arrays.set(dataId, values);
    return dataId;
  }

  readSync(dataId: object): Numbers {
    return this.#arrays.get(dataId)!;
  }

  makeOutput(shape: number[], dtype: TensorInfo["dtype"]): TensorInfo {
    for (const [dataId, array] of this.#arrays) {
      const moved = array.slice();
      structuredClone(array.buffer, { transfer: [array.buffer as ArrayBuffer] });
      this.#arrays.set(dataId, moved);
    }
    const length = shape.reduce((a, b) => a * b, 1);
    return { dataId: this.write(new (dtype === "int32" ? Int32Array : Float32Array)(length)), shape, dtype };
  }

  readonly dataIdMap = this.#arrays;

  typedArrayFromHeap({ dataId }: TensorInfo): Numbers {
    return this.readSync(dataId);
  }

  disposeData(dataId: object): boolean {
    return this.#arrays.delete(dataId);
  }

  /** How many tensors there are. */
  get count(): number {
    return this.#arrays.size;
  }
}

const backends: Record<string, Backend> = { cpu: new Backend(), wasm: new Backend() };

let current = "cpu";
let isRecording = false;

export const getBackend = () => current;

/** Chooses the backend that computes, and registers it. */
export function useBackend(name: "cpu" | "wasm"): Backend {
  factories.set(name, () => backends[name]);
  current = name;
  return backends[name];
}

/** Whether what is computed is to be differentiated. */
export function record(recording: boolean): void {
  isRecording = recording;
}

export const engine = () => ({
  isTapeOn: () => isRecording,
  runKernel(name: string, inputs: Readonly<Record<string, TensorInfo>>, attrs?: Readonly<Record<string, unknown>>) {
    const kernel = getKernel(name, current);
    if (kernel === undefined) throw new Error(`Kernel '${name}' not registered for backend '${current}'`);
    return kernel.kernelFunc({ inputs, backend: backends[current], attrs }) as Tensor;
  },
});

/** A tensor of the backend that computes. */
export function tensor(values: Numbers, shape: number[] = [values.length]): Tensor {
  const dtypes = { Float32Array: "float32", Int32Array: "int32", Uint8Array: "bool" } as const;
  const dtype = dtypes[values[Symbol.toStringTag]];
  return { dataId: backends[current].write(values), shape, dtype, size: values.length };
}

export const valuesOf = ({ dataId }: TensorInfo) => backends[current].readSync(dataId);

export const zerosLike = ({ size, shape }: Tensor) => tensor(new Float32Array(size), shape);
