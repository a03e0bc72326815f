/** What of the functions must compile, of which type its result is, and what must not: with every version of TypeScript. */

import {
  argmax,
  createArena,
  type Elementwise,
  type FloatArray,
  functions,
  geglu,
  gelu,
  glu,
  greater,
  hardmax,
  leakyRelu,
  logSumExp,
  type ModuleSource,
  type NewArray,
  type ParametersOf,
  prelu,
  ready,
  sample,
  sigmoid,
  sigmoidCrossEntropy,
  softmax,
  softmaxCrossEntropy,
  step,
  swish,
  tanh,
  topK,
} from "lanewise";

/** New arrays, in words that TypeScript knows whether or not its typed arrays are generic. */
type Float32 = ReturnType<Float32ArrayConstructor["of"]>;
type Float64 = ReturnType<Float64ArrayConstructor["of"]>;
type Int32 = ReturnType<Int32ArrayConstructor["of"]>;
type Uint8 = ReturnType<Uint8ArrayConstructor["of"]>;

type IsSame<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles where a value is of exactly this type. */
declare function is<A>(): <B>(value: B, isSame: IsSame<A, B>) => void;

class Mine extends Float32Array {
  readonly own = 1;
}

declare const f: Float32Array, d: Float64Array, either: FloatArray, mine: Mine, numberOrArray: number | Float32Array;
declare const mask: Uint8Array, ints: Int32Array, maybe: Float32Array | undefined;

// A new array is a plain one, whatever class the input is of.
is<Float32>()(sigmoid(f), true);
is<Float64>()(sigmoid(d), true);
is<Float32>()(sigmoid(mine), true);
is<Float32 | Float64>()(sigmoid(either), true);
is<number>()(sigmoid(0.5), true);
is<number | Float32>()(sigmoid(numberOrArray), true);
is<Float32>()(sigmoid(f, {}), true);
is<Float32>()(sigmoid(f, { out: undefined }), true);
is<Float32>()(leakyRelu(f, { negativeSlope: 0.2 }), true);
is<Float32>()(gelu.derivative(mine, { approximate: "tanh" }), true);
is<Float32>()(sigmoid.backward(mine, f), true);
is<Float32 | Float64>()(sigmoid.backward(either, either), true);
is<number>()(swish.backward(1, 2, { beta: 2 }), true);
is<Float32>()(softmax(mine, { shape: [2, 2], axis: 0, temperature: 2, mask, maskShape: [2, 1], causal: true }), true);
is<Float64>()(softmax.backward(d, d, { shape: [2, 2] }), true);
is<Float32>()(hardmax(mine), true);
is<Float32>()(glu(mine, { gate: "first" }), true);
is<Float32>()(geglu(mine, { approximate: "tanh" }), true);
is<Float64>()(glu.backward(d, d), true);
is<Float32>()(prelu(mine, { weight: f, shape: [1, 2, 3], axis: 1 }), true);
is<number>()(prelu(1, { weight: 2 }), true);
is<Float32>()(prelu.backward(mine, f, { weight: 1 }), true);
is<Float32>()(prelu.weightGradient(mine, f, { weight: f }), true);
is<number>()(prelu.weightGradient(f, f), true);
is<number>()(prelu.weightGradient(f, f, { weight: 1 }), true);
is<number>()(logSumExp(f), true);
is<Float32>()(logSumExp(mine, { shape: [1, 4] }), true);
is<Float64>()(logSumExp.backward(d, 1), true);
is<number>()(softmaxCrossEntropy(f, ints), true);
is<number>()(softmaxCrossEntropy(f, f, { reduction: "sum" }), true);
is<Float32>()(softmaxCrossEntropy(mine, ints, { reduction: "none" }), true);
is<Float64>()(softmaxCrossEntropy.backward(d, ints, { reduction: "none", dy: d }), true);
is<number>()(sigmoidCrossEntropy(f, f), true);
is<Float32>()(sigmoidCrossEntropy(mine, f, { reduction: "none", posWeight: 2 }), true);
is<Float32>()(sigmoidCrossEntropy.backward(f, f, { dy: 2 }), true);
is<Float32>()(step(mine), true);
is<Int32>()(step(mine, { dtype: "int32" }), true);
is<number>()(step(1), true);
is<Uint8>()(greater(mine, { threshold: 1 }), true);
is<number>()(greater(1), true);
is<number>()(argmax(f), true);
is<Int32>()(argmax(f, { shape: [2, 2] }), true);
is<Float32>()(topK(mine, 2).values, true);
is<Int32>()(topK(d, 2).indices, true);
is<number>()(sample(either, { topK: undefined, random: () => 0.5 }), true);

// With out it is out.
is<Mine>()(sigmoid(f, { out: mine }), true);
is<Float32Array>()(sigmoid(mine, { out: f }), true);
is<Float32Array | Float64Array>()(sigmoid(either, { out: either }), true);
is<Mine>()(leakyRelu.backward(f, f, { negativeSlope: 1, out: mine }), true);
is<Mine>()(softmax(f, { out: mine }), true);
is<Mine>()(softmax.backward(f, f, { out: mine }), true);
is<Mine>()(glu(f, { out: mine }), true);
is<Mine>()(prelu(f, { out: mine }), true);
is<Mine>()(prelu.weightGradient(f, f, { weight: f, out: mine }), true);
is<Mine>()(logSumExp(f, { shape: [2, 2], out: mine }), true);
is<Mine>()(softmaxCrossEntropy(f, ints, { reduction: "none", out: mine }), true);
is<Mine>()(sigmoidCrossEntropy.backward(f, f, { out: mine }), true);
is<Int32Array>()(step(f, { dtype: "int32", out: ints }), true);
is<Int32Array>()(argmax(f, { shape: [2, 2], out: ints }), true);
is<Uint8Array>()(greater(f, { out: mask }), true);
sigmoid(f, { out: maybe });

// What a result is assigned to doesn't decide what it is.
// @ts-expect-error: a plain array is no Mine
export const own: Mine = sigmoid(f);

// Generic code.
export function generic<T extends FloatArray>(x: T): T {
  const y: NewArray<T> = sigmoid(x);
  y[0] = y.length;
  const written: T = softmax(x, { out: x });
  sigmoid.backward(x, y);
  leakyRelu.backward(x, written, { negativeSlope: y[0], out: x });
  softmax.backward(x, y, { out: y });
  const plain: FloatArray = glu(x);
  softmaxCrossEntropy(x, x);
  sigmoidCrossEntropy(x, y, { reduction: "sum" });
  greater(x, { threshold: plain[0] });
  return tanh(x, { out: x });
}
is<Mine>()(generic(mine), true);

// Functions as values.
export const callable: Elementwise[] = [sigmoid, leakyRelu, gelu, prelu, step, ...functions];
export const results: Float32Array[] = [sigmoid, leakyRelu, softmax, hardmax, glu].map((fn) => fn(f));
export const typed: [(x: Float32Array) => Float32Array, (x: number) => number] = [sigmoid, sigmoid];
is<{ readonly negativeSlope: number }["negativeSlope"]>()({} as ParametersOf<typeof leakyRelu>["negativeSlope"], true);
export const slope: number = leakyRelu.defaults.negativeSlope + leakyRelu.definition.ulp.value;
// @ts-expect-error: map would give the index as options
[1, 2].map(sigmoid);

// Arenas, and modules as they may be given.
{
  using arena = createArena(1024);
  is<Float32>()(arena.float32(3), true);
  is<Int32>()(arena.int32(3), true);
}
export const given: ModuleSource = new Uint8Array(8);
export const name: Promise<"relaxed-simd" | "simd" | "js"> = ready(Promise.resolve(new ArrayBuffer(8)));

// @ts-expect-error: an array of numbers
sigmoid([1, 2, 3]);
// @ts-expect-error: integers
sigmoid(new Int32Array(3));
// @ts-expect-error: text is no array
sigmoid("text");
// @ts-expect-error: no such option
sigmoid(f, { dim: 1 });
// @ts-expect-error: the name of another library
leakyRelu(f, { alpha: 0.3 });
// @ts-expect-error: another element type
sigmoid(f, { out: d });
// @ts-expect-error: another element type
sigmoid.backward(f, d);
// @ts-expect-error: a number has no array to write to
sigmoid(0.5, { out: f });
// @ts-expect-error: a number goes with a number
sigmoid.backward(1, f);
// @ts-expect-error: rows need an array
softmax(0.5);
// @ts-expect-error: no such option
softmax(f, { dim: 1 });
// @ts-expect-error: a shape is an array
softmax(f, { shape: "2, 2" });
// @ts-expect-error: another element type
softmax.backward(f, d);
// @ts-expect-error: an array of an element a row needs reduction "none"
softmaxCrossEntropy(f, ints, { out: f });
// @ts-expect-error: no such reduction
softmaxCrossEntropy(f, ints, { reduction: "all" });
// @ts-expect-error: targets of another element type
sigmoidCrossEntropy(f, d);
// @ts-expect-error: no such half
glu(f, { gate: "third" });
// @ts-expect-error: integers go to an Int32Array
step(f, { dtype: "int32", out: f });
// @ts-expect-error: no such dtype
step(f, { dtype: "float32" });
// @ts-expect-error: a weight of another element type
prelu(f, { weight: d });
// @ts-expect-error: a mask is bytes
greater(f, { out: f });
// @ts-expect-error: indices go to an Int32Array
argmax(f, { shape: [2, 2], out: f });
// @ts-expect-error: how many is missing
topK(f);
