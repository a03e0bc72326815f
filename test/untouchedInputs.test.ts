import { it } from "vitest";
import {
  argmax,
  createArena,
  type FloatArray,
  glu,
  greater,
  hardmax,
  logSoftmax,
  logSumExp,
  prelu,
  sample,
  sigmoid,
  sigmoidCrossEntropy,
  softmax,
  softmaxCrossEntropy,
  sparsemax,
  step,
  topK,
} from "../src/index.js";
import { describeArrays, expectSameBits, inArena, randomArray } from "./support/backends.js";

/** What functions get: x and dy of a shape, targets for its rows, and a weight for each channel. */
interface Inputs {
  readonly x: FloatArray;
  readonly dy: FloatArray;
  /** Probabilities. */
  readonly p: FloatArray;
  readonly indices: Int32Array;
  readonly weight: FloatArray;
  readonly shape: readonly number[];
}

type Call = (inputs: Inputs) => ArrayBufferView | number;

/** Calls without `out`, so that nothing that the caller can see may change. */
const calls: Readonly<Record<string, Call>> = {
  sigmoid: ({ x }) => sigmoid(x),
  "sigmoid.derivative": ({ x }) => sigmoid.derivative(x),
  "sigmoid.backward": ({ x, dy }) => sigmoid.backward(x, dy),
  greater: ({ x }) => greater(x),
  step: ({ x }) => step(x, { dtype: "int32" }),
  glu: ({ x }) => glu(x),
  prelu: ({ x, shape, weight }) => prelu(x, { shape, weight }),
  "prelu.weightGradient": ({ x, dy, shape, weight }) => prelu.weightGradient(x, dy, { shape, weight }) as FloatArray,
  softmax: ({ x, shape }) => softmax(x, { shape }),
  "softmax along axis 0": ({ x, shape }) => softmax(x, { shape, axis: 0 }),
  "softmax.backward": ({ p, dy, shape }) => softmax.backward(p, dy, { shape }),
  logSoftmax: ({ x, shape }) => logSoftmax(x, { shape }),
  logSumExp: ({ x, shape }) => logSumExp(x, { shape }),
  argmax: ({ x, shape }) => argmax(x, { shape }),
  hardmax: ({ x, shape }) => hardmax(x, { shape }),
  sparsemax: ({ x, shape }) => sparsemax(x, { shape }),
  "sparsemax.backward": ({ p, dy, shape }) => sparsemax.backward(p, dy, { shape }),
  sigmoidCrossEntropy: ({ x, p }) => sigmoidCrossEntropy(x, p),
  "sigmoidCrossEntropy.backward": ({ x, p }) => sigmoidCrossEntropy.backward(x, p),
  "softmaxCrossEntropy of indices": ({ x, indices, shape }) => softmaxCrossEntropy(x, indices, { shape }),
  "softmaxCrossEntropy of probabilities": ({ x, p, shape }) => {
    return softmaxCrossEntropy(x, p, { shape, labelSmoothing: 0.1 });
  },
  "softmaxCrossEntropy.backward": ({ x, indices, shape }) => softmaxCrossEntropy.backward(x, indices, { shape }),
  topK: ({ x }) => topK(x, 3).values,
  sample: ({ x }) => sample(x, { topP: 0.9, random: () => 0.5 }),
};

function viewOf(result: ArrayBufferView | number): ArrayBufferView {
  return typeof result === "number" ? Float64Array.of(result) : result;
}

// An arena's first array begins where the memory ends that kernels work in, which they must not overrun: also with more rows, or
// elements, than they take at once.
describeArrays("inputs stay as they are", (type) => {
  it.each([[[4, 3]], [[5000, 4]], [[4, 5000]], [[1, 70_000]]])("of shape %j", (shape) => {
    const length = shape[0] * shape[1];
    const inputs: Inputs = {
      x: randomArray(type, length, -3, 3),
      dy: randomArray(type, length, -1, 1, 2),
      p: randomArray(type, length, 0, 1, 3),
      indices: new Int32Array(shape[0]).map((_, row) => row % shape[1]),
      weight: randomArray(type, shape[1], 0, 1, 4),
      shape,
    };
    const arrays = ["x", "dy", "p", "indices", "weight"] as const;
    const before = arrays.map((name) => inputs[name].slice());
    const arena = createArena(8 * (4 * length + shape[0]) + 128);
    const { x, dy, p, indices, weight } = inputs;
    const placed: Inputs = {
      x: inArena(arena, x),
      dy: inArena(arena, dy),
      p: inArena(arena, p),
      weight: inArena(arena, weight),
      indices,
      shape,
    };
    const expectUntouched = (these: Inputs, what: string) => {
      arrays.forEach((name, i) => expectSameBits(these[name], before[i], `${name} after ${what}`));
    };
    for (const [what, call] of Object.entries(calls)) {
      const wanted = viewOf(call(inputs));
      expectUntouched(inputs, what);
      expectSameBits(viewOf(call(placed)), wanted, `${what} in an arena`);
      expectUntouched(placed, `${what} in an arena`);
    }
    arena.free();
  });
});
