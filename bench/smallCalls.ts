/**
 * Calls on 16 elements, for counted.ts: there, what a call costs is the reading and checking of its arguments. Options of one shape
 * are those that a program writes in one place; of many shapes, those that a function of its own hands on, in any order and number.
 */

import * as lanewise from "lanewise";

const LENGTH = 16;

/** The number of shapes of a function that has no option but `out`. */
const FEWEST_SHAPES = 4;

/** A case: `run(times)` makes as many calls. */
export interface SmallCall {
  readonly name: string;
  readonly run: (times: number) => void;
  /** What has it optimised before. Default: `run`. */
  readonly warmUp?: (times: number) => void;
}

const x = Float32Array.from({ length: LENGTH }, (_, i) => (i - 7.5) / 3);
const y = lanewise.softmax(x);
const dy = x.map((value) => value / 2);
const out = new Float32Array(LENGTH);
const targets = Int32Array.of(3);

type Call = (options?: object) => unknown;

const calls: Readonly<Record<string, Call>> = {
  relu: (options) => lanewise.relu(x, options),
  "relu.backward": (options) => lanewise.relu.backward(x, dy, options),
  leakyRelu: (options) => lanewise.leakyRelu(x, options),
  softmax: (options) => lanewise.softmax(x, options),
  "softmax.backward": (options) => lanewise.softmax.backward(y, dy, options),
  softmaxCrossEntropy: (options) => lanewise.softmaxCrossEntropy(x, targets, options),
};

/** What a function takes beside `out`; a loss gives a number. */
const others: Readonly<Record<string, readonly object[]>> = {
  relu: [],
  "relu.backward": [],
  leakyRelu: [{ negativeSlope: 0.2 }],
  softmax: [{ temperature: 2 }, { shape: [4, 4] }, { shape: [4, 4], axis: 0 }, { axis: -1, temperature: 0.5 }],
  "softmax.backward": [
    { temperature: 2 },
    { shape: [4, 4] },
    { shape: [4, 4], axis: 0 },
    { axis: -1, temperature: 0.5 },
  ],
  softmaxCrossEntropy: [
    { reduction: "sum" },
    { labelSmoothing: 0.1 },
    { ignoreIndex: 9 },
    { shape: [1, 16], reduction: "mean" },
  ],
};

/** Options of many hidden classes: with and without `out`, before and after the others, undefined, and of a prototype. */
function manyShapes(name: string): object[] {
  const withOut = name !== "softmaxCrossEntropy";
  return [{}, ...others[name]].flatMap((options) => {
    if (!withOut)
      return [options, { ...options, axis: undefined }, Object.assign(Object.create({}) as object, options)];
    return [options, { out, ...options }, { ...options, out }, { ...options, out: undefined }];
  });
}

/** All cases. */
export function smallCalls(): SmallCall[] {
  return Object.entries(calls).flatMap(([name, call]): SmallCall[] => {
    const one = { ...others[name][0], ...(name !== "softmaxCrossEntropy" && { out }) };
    const many = manyShapes(name);
    const cycle = (list: readonly object[]) => (times: number) => {
      for (let i = 0; i < times; i++) call(list[i % list.length]);
    };
    const withoutOptions = (times: number) => {
      for (let i = 0; i < times; i++) call();
    };
    return [
      { name: `${name} of ${LENGTH}`, run: withoutOptions },
      { name: `${name} of ${LENGTH}, options of one shape`, run: cycle([one]) },
      {
        name: `${name} of ${LENGTH}, options of many shapes`,
        run: cycle(many),
        // Before each shape has come up often enough, V8 is undecided, and changes elsewhere move the counts by 5 to 10 %.
        warmUp: (times) => cycle(many)((times * many.length) / FEWEST_SHAPES),
      },
    ];
  });
}
