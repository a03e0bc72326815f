/** Where tfjs's backends keep the numbers of tensors, by the methods that these backends have for it. */

import type { TensorInfo } from "@tensorflow/tfjs-core";

/** The backends that have their tensors where a typed array can be, without waiting for a device. */
export type BackendName = "cpu" | "wasm";

type Numbers = Float32Array | Int32Array | Uint8Array;

/** What a kernel computes with: an array for each input, and one for the result. It returns whether the result holds. */
export type Computation = (inputs: readonly Float32Array[], out: Float32Array | Int32Array) => boolean;

/** Makes a tensor of what is computed; undefined, and nothing is left, if the result doesn't hold. */
type Run = (
  backend: object,
  inputs: readonly TensorInfo[],
  shape: readonly number[],
  dtype: "float32" | "int32",
  compute: Computation,
) => TensorInfo | undefined;

interface CpuBackend {
  /** The array of the tensor itself, not a copy. */
  readSync(dataId: object): Numbers;
  write(values: Numbers, shape: readonly number[], dtype: string): object;
}

interface WasmBackend {
  readonly dataIdMap: { get(dataId: object): unknown };
  makeOutput(shape: readonly number[], dtype: string): TensorInfo;
  /** A view of the backend's memory. */
  typedArrayFromHeap(tensor: TensorInfo): Numbers;
  disposeData(dataId: object, force: boolean): boolean;
}

const runOnCpu: Run = (backend, inputs, shape, dtype, compute) => {
  const cpu = backend as CpuBackend;
  const out = new (dtype === "int32" ? Int32Array : Float32Array)(sizeOf(shape));
  const arrays = inputs.map(({ dataId }) => floatsOf(cpu.readSync(dataId)));
  return compute(arrays, out) ? { dataId: cpu.write(out, shape, dtype), shape: [...shape], dtype } : undefined;
};

const runOnWasm: Run = (backend, inputs, shape, dtype, compute) => {
  const wasm = backend as WasmBackend;
  const result = wasm.makeOutput([...shape], dtype);
  // An input that another backend holds is moved here when it is looked up. As the result, it may make the memory grow, and
  // views that were there before are of no use then: so views are made once all is there.
  for (const { dataId } of inputs) wasm.dataIdMap.get(dataId);
  const arrays = inputs.map((input) => floatsOf(wasm.typedArrayFromHeap(input)));
  if (compute(arrays, wasm.typedArrayFromHeap(result) as Float32Array | Int32Array)) return result;
  wasm.disposeData(result.dataId, true);
  return undefined;
};

export const runners: Readonly<Record<BackendName, Run>> = { cpu: runOnCpu, wasm: runOnWasm };

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The numbers as float32: int32 and bool tensors are converted, as tfjs's `cast` does. */
function floatsOf(numbers: Numbers): Float32Array {
  // By its name: where tests run in a realm of their own, its class is another one.
  return numbers[Symbol.toStringTag] === "Float32Array" ? (numbers as Float32Array) : Float32Array.from(numbers);
}
