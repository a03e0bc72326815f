import { describe, expect, it } from "vitest";
import {
  argmax,
  createArena,
  type FloatArray,
  functions,
  glu,
  greater,
  hardmax,
  logSoftmax,
  logSumExp,
  prelu,
  sigmoidCrossEntropy,
  softmax,
  softmaxCrossEntropy,
  softmin,
  sparsemax,
  step,
} from "../src/index.js";
import { describeArrays, inArena } from "./support/backends.js";

/** An array of the right type, and makers of arrays of both. */
interface Arrays {
  readonly x: FloatArray;
  readonly right: (length: number) => FloatArray;
  readonly wrong: (length: number) => FloatArray;
}

type Call = (arrays: Arrays) => unknown;

const rows = { softmax, softmin, logSoftmax, sparsemax, hardmax };

/** Calls with one array of the wrong type or length, by what that is. The types are TypeScript's to refuse, so it is told to look away. */
const calls: readonly (readonly [what: string, call: Call])[] = [
  ...functions.flatMap((fn): [string, Call][] => [
    [`out of ${fn.name}`, ({ x, wrong }) => fn(x, { out: wrong(x.length) as never })],
    [`out of ${fn.name}.derivative`, ({ x, wrong }) => fn.derivative(x, { out: wrong(x.length) as never })],
    [`dy of ${fn.name}.backward`, ({ x, wrong }) => fn.backward(x, wrong(x.length) as never)],
    [
      `dy of ${fn.name}.backward with out`,
      ({ x, right, wrong }) => fn.backward(x, wrong(x.length) as never, { out: right(x.length) as never }),
    ],
    [
      `dy of ${fn.name}.backward of another length`,
      ({ x, right }) => fn.backward(x, right(x.length - 1) as never, { out: right(x.length) as never }),
    ],
    [
      `dy and out of ${fn.name}.backward`,
      ({ x, wrong }) => fn.backward(x, wrong(x.length) as never, { out: wrong(x.length) as never }),
    ],
    [
      `out of ${fn.name}.backward`,
      ({ x, right, wrong }) => fn.backward(x, right(x.length) as never, { out: wrong(x.length) as never }),
    ],
  ]),
  ...Object.entries(rows).flatMap(([name, fn]): [string, Call][] => [
    [`out of ${name}`, ({ x, wrong }) => fn(x, { out: wrong(x.length) as never })],
    [`dy of ${name}.backward`, ({ x, wrong }) => fn.backward(x, wrong(x.length) as never)],
    [
      `dy of ${name}.backward with out`,
      ({ x, right, wrong }) => fn.backward(x, wrong(x.length) as never, { out: right(x.length) as never }),
    ],
    [
      `dy of ${name}.backward of another length`,
      ({ x, right }) => fn.backward(x, right(x.length - 1) as never, { out: right(x.length) as never }),
    ],
    [
      `dy and out of ${name}.backward`,
      ({ x, wrong }) => fn.backward(x, wrong(x.length) as never, { out: wrong(x.length) as never }),
    ],
    [
      `out of ${name}.backward`,
      ({ x, right, wrong }) => fn.backward(x, right(x.length) as never, { out: wrong(x.length) as never }),
    ],
  ]),
  ["out of logSumExp", ({ x, wrong }) => logSumExp(x, { shape: [1, x.length], out: wrong(1) as never })],
  ["dy of logSumExp.backward", ({ x, wrong }) => logSumExp.backward(x, wrong(1) as never, { shape: [1, x.length] })],
  ["out of argmax", ({ x, right }) => argmax(x, { shape: [1, x.length], out: right(1) as never })],
  ["out of greater", ({ x, right }) => greater(x, { out: right(x.length) as never })],
  ["out of step to integers", ({ x, right }) => step(x, { dtype: "int32", out: right(x.length) as never })],
  ["out of glu", ({ x, wrong }) => glu(x, { out: wrong(x.length / 2) as never })],
  ["dy of glu.backward", ({ x, wrong }) => glu.backward(x, wrong(x.length / 2) as never)],
  ["weight of prelu", ({ x, wrong }) => prelu(x, { weight: wrong(1) as never })],
  ["weights of prelu", ({ x, wrong }) => prelu(x, { weight: wrong(x.length) as never })],
  [
    "dy of prelu.backward",
    ({ x, right, wrong }) => prelu.backward(x, wrong(x.length) as never, { weight: right(x.length) as never }),
  ],
  ["targets of sigmoidCrossEntropy", ({ x, wrong }) => sigmoidCrossEntropy(x, wrong(x.length) as never)],
  [
    "targets of sigmoidCrossEntropy.backward",
    ({ x, wrong }) => sigmoidCrossEntropy.backward(x, wrong(x.length) as never),
  ],
  ["probabilities of softmaxCrossEntropy", ({ x, wrong }) => softmaxCrossEntropy(x, wrong(x.length) as never)],
  [
    "probabilities of softmaxCrossEntropy.backward",
    ({ x, wrong }) => softmaxCrossEntropy.backward(x, wrong(x.length) as never),
  ],
  [
    "out of softmaxCrossEntropy.backward",
    ({ x, wrong }) => softmaxCrossEntropy.backward(x, Int32Array.of(0), { out: wrong(x.length) as never }),
  ],
];

// Short paths look at types by themselves: of few elements, of more than a loop copies, and where all lie in one arena.
describeArrays("an array of another type", (type) => {
  const other = type === Float32Array ? Float64Array : Float32Array;

  describe.each([4, 20, 100])("of %i elements", (length) => {
    it.each(["in ordinary memory", "in an arena"])("is refused, and nothing is written, %s", (where) => {
      const arena = where === "in an arena" ? createArena(1 << 14) : undefined;
      for (const [what, call] of calls) {
        arena?.reset();
        const made: FloatArray[] = [];
        const make = (type: Float32ArrayConstructor | Float64ArrayConstructor) => (length: number) => {
          const array = new type(length).fill(7);
          const placed = arena === undefined ? array : inArena(arena, array);
          made.push(placed);
          return placed;
        };
        const right = make(type);
        expect(() => call({ x: right(length), right, wrong: make(other) }), what).toThrow(
          /must (be an? (Float|Int|Uint)|have length)/,
        );
        for (const array of made)
          expect(
            array.every((value) => value === 7),
            what,
          ).toBe(true);
      }
      arena?.free();
    });
  });
});
