import { beforeAll, describe, expect } from "vitest";
import {
  type Arena,
  type BackendName,
  backends,
  type Elementwise,
  type FloatArray,
  functions,
  useBackend,
} from "../../src/index.js";
import type { Crossing } from "../../src/families/elementwise.js";
import { float32, float64 } from "../../src/args/dtype.js";
import { Parameters } from "../../src/args/parameters.js";
import { engine } from "./engine.js";
import type { FloatArrayType } from "./random.js";

/** The backends that this engine must have; that they are there is tested in backend.test.ts. */
export const requiredBackends: readonly BackendName[] = engine.relaxedSimd
  ? ["relaxed-simd", "simd", "js"]
  : ["simd", "js"];

/** The required ones, and any other that runs here, unless only one is tested. */
export const testedBackends = backends()
  .filter(({ name, available }) => available || requiredBackends.includes(name))
  .map(({ name }) => name)
  .filter((name) => engine.only === undefined || name === engine.only);

export { type FloatArrayType, randomArray, randomBits } from "./random.js";

export const types: readonly FloatArrayType[] = [Float32Array, Float64Array];

/** Describes the same on some backends. */
function describeOn(among: readonly BackendName[], title: string, body: (backend: BackendName) => void): void {
  describe.each(among)(`${title}, %s`, (backend) => {
    beforeAll(() => useBackend(backend));
    body(backend);
  });
}

type ArraysBody = (type: FloatArrayType, backend: BackendName) => void;

function ofBothTypes(body: ArraysBody) {
  return (backend: BackendName) => {
    for (const type of types) describe(type.name, () => body(type, backend));
  };
}

/** Describes the same on every backend that runs here. */
export function describeBackends(title: string, body: (backend: BackendName) => void): void {
  describeOn(testedBackends, title, body);
}

/** Describes the same on the backends that run WebAssembly. */
export function describeKernels(title: string, body: (backend: BackendName) => void): void {
  const kernelBackends = testedBackends.filter((name) => name !== "js");
  describeOn(kernelBackends, title, body);
}

/** Describes the same on every backend, for both types of arrays. */
export function describeArrays(title: string, body: ArraysBody): void {
  describeOn(testedBackends, title, ofBothTypes(body));
}

/** A call under test, and the exact results and bound that it is held to. */
export interface TestedCall {
  readonly title: string;
  readonly call: <A extends FloatArray>(x: A, options?: { out?: A }) => A;
  readonly formula: (x: number) => number;
  /** In ulp, counted as by `leastSpacing` in the crossing. */
  readonly bound: number;
  readonly crossing?: Crossing | undefined;
}

/** A function and its derivative with these parameters, for arrays of float32 or float64. */
export function callsOf(
  fn: Elementwise,
  parameters: Readonly<Record<string, number | string>> = {},
  isFloat32 = true,
): { value: TestedCall; derivative: TestedCall } {
  const { definition } = fn;
  const { name, ulp } = definition;
  const plans = new Parameters(definition);
  const { values } = plans.plan(name, plans.read(name, parameters), isFloat32 ? float32 : float64);
  const given = Object.entries(parameters).map(([name, value]) => `${name}: ${value}`);
  const of = given.length > 0 ? ` of ${given.join(", ")}` : "";
  /** Without options where there are none: that may be another way through the wrapper. */
  const withParameters = (call: Elementwise["derivative"]) =>
    (given.length > 0 ? (x, options) => call(x, { ...options, ...parameters }) : call) as TestedCall["call"];
  return {
    value: {
      title: name + of,
      call: withParameters(fn),
      formula: (x) => definition.value(x, values),
      bound: ulp.value,
    },
    derivative: {
      title: `${name}.derivative${of}`,
      call: withParameters(fn.derivative),
      formula: (x) => definition.derivative(x, values),
      bound: ulp.derivative,
      crossing: definition.crossing?.(values),
    },
  };
}

/** The value and the derivative of every elementwise function, with its default parameters. */
export const calls = functions.flatMap((fn) => Object.values(callsOf(fn)));

/** An array in an arena with the elements of `values`. */
export function inArena(arena: Arena, values: FloatArray): FloatArray {
  const array = values instanceof Float32Array ? arena.float32(values.length) : arena.float64(values.length);
  array.set(values);
  return array;
}

/** The gradient of f at x by central differences. */
export function differences(x: FloatArray, f: (moved: FloatArray) => number): Float64Array {
  const step = 1e-6;
  return Float64Array.from(x, (value, i) => {
    const moved = x.slice();
    moved[i] = value + step;
    const above = f(moved);
    moved[i] = value - step;
    return (above - f(moved)) / (2 * step);
  });
}

/** Expects two arrays to have the same bits, -0 and NaN included. */
export function expectSameBits(got: ArrayBufferView, wanted: ArrayBufferView, message?: string): void {
  // Millions are compared: by a plain loop, and by words where there are such.
  const hasWords = [got, wanted].every(({ byteOffset, byteLength }) => byteOffset % 4 === 0 && byteLength % 4 === 0);
  const Units = hasWords ? Uint32Array : Uint8Array;
  const [a, b] = [got, wanted].map(
    ({ buffer, byteOffset, byteLength }) =>
      new Units(buffer as ArrayBuffer, byteOffset, byteLength / Units.BYTES_PER_ELEMENT),
  );
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  if (same === a.length && same === b.length) return;
  expect.fail(`${message ?? "results"}: ${same} of ${b.length} ${hasWords ? "words" : "bytes"} are the same`);
}
