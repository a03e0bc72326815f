import { afterEach, expect, it, vi } from "vitest";
import {
  type FloatArray,
  functions,
  hardmax,
  geglu,
  glu,
  logSoftmax,
  logSumExp,
  prelu,
  reglu,
  relu,
  sigmoidCrossEntropy,
  softmax,
  softmaxCrossEntropy,
  softmin,
  sparsemax,
  swiglu,
} from "../src/index.js";
import { describeArrays, expectSameBits, randomArray } from "./support/backends.js";

/** Of as many elements, a new array isn't filled with zeros in Node, nor one of half as many. */
const length = 36_864;
const square = [4, 96, 96];

type Call = (options: { out?: never }) => FloatArray;

/** Results of whole rows that one pass of the kernels computes: they are copied from the kernels' memory as a new array. */
const copied = new Set(["softmax", "softmin", "logSoftmax", "sparsemax"]);

afterEach(() => void vi.restoreAllMocks());

describeArrays("large results", (type, backend) => {
  const x = randomArray(type, length, -5, 5);
  const dy = randomArray(type, length, -5, 5, 2);
  const half = dy.subarray(0, length / 2);
  const mask = Uint8Array.from({ length }, (_, i) => (i % 3 === 0 ? 0 : 1));
  const classes = Int32Array.from({ length }, (_, i) => i % 2);
  const targets = dy.map((value) => (value > 0 ? 1 : 0));
  const rows = { shape: square, axis: 1 };
  const calls: [title: string, call: Call][] = [
    ...functions.flatMap((fn): [string, Call][] => [
      [fn.name, (options) => fn(x, options)],
      [`${fn.name}.derivative`, (options) => fn.derivative(x, options)],
      [`${fn.name}.backward`, (options) => fn.backward(x, dy, options)],
    ]),
    ...[glu, reglu, geglu, swiglu].flatMap((fn): [string, Call][] => [
      [fn.name, (options) => fn(x, options)],
      [`${fn.name}.backward`, (options) => fn.backward(x, half, options)],
    ]),
    ...[softmax, softmin, logSoftmax, sparsemax].flatMap((fn): [string, Call][] => [
      [fn.name, (options) => fn(x, options)],
      [`${fn.name} over another axis`, (options) => fn(x, { ...rows, ...options })],
      [`${fn.name} with a mask`, (options) => fn(x, { shape: square, mask, ...options })],
      [`${fn.name} with a triangle`, (options) => fn(x, { shape: square, causal: true, ...options })],
      [`${fn.name}.backward`, (options) => fn.backward(x, dy, { ...rows, ...options })],
    ]),
    ["logSumExp", (options) => logSumExp(x, { shape: [length / 2, 2], ...options })],
    ["prelu", (options) => prelu(x, options)],
    ["prelu.backward", (options) => prelu.backward(x, dy, options)],
    [
      "softmaxCrossEntropy.backward",
      (options) =>
        softmaxCrossEntropy.backward(x, classes.subarray(length / 2), {
          shape: [length / 2, 2],
          ignoreIndex: 1,
          ...options,
        }),
    ],
    ["sigmoidCrossEntropy", (options) => sigmoidCrossEntropy(x, targets, { reduction: "none", ...options })],
    ["sigmoidCrossEntropy.backward", (options) => sigmoidCrossEntropy.backward(x, targets, options)],
    ["hardmax.backward", (options) => hardmax.backward(x, dy, options)],
  ];

  it.each(calls)("%s is written wholly", (title, call) => {
    const { allocUnsafeSlow } = Buffer;
    const unfilled: ArrayBufferLike[] = [];
    vi.spyOn(Buffer, "allocUnsafeSlow").mockImplementation((bytes) => {
      const array = allocUnsafeSlow(bytes).fill(0xff);
      unfilled.push(array.buffer);
      return array;
    });
    const result = call({});
    expect(unfilled.includes(result.buffer)).toBe(backend === "js" || !copied.has(title));
    expectSameBits(result, call({ out: new type(result.length) as never }));
    expect(result.buffer.byteLength).toBe(result.byteLength);
  });

  it("may be transferred", () => {
    const result = relu(x);
    const { buffer } = result;
    expect(structuredClone(result, { transfer: [buffer] }).length).toBe(length);
    expect(result.length).toBe(0);
  });

  it.each([
    ["nothing", undefined],
    ["something else", {}],
    [
      "one that refuses so many bytes",
      {
        allocUnsafeSlow: () => {
          throw new RangeError("too many");
        },
      },
    ],
    ["one that hands out parts", { allocUnsafeSlow: (bytes: number) => new Uint8Array(bytes + 8).subarray(8) }],
  ])("where what is called Buffer is %s", (_, other) => {
    vi.stubGlobal("Buffer", other);
    try {
      const result = relu(x);
      expect(result.buffer.byteLength).toBe(x.byteLength);
      expectSameBits(result, relu(x, { out: new type(length) }));
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
