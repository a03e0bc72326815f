/** Hashes of the functions of elements, of pairs of halves, and of comparisons. */

import {
  even,
  everyKind,
  LENGTHS,
  OF_FORMULAS,
  type Options,
  settingsOf,
  sizeOf,
  SPECIAL,
  suffixOf,
  types,
} from "./inputs.js";
import { BY_FORMULA, type Call, type Lanewise, type Recorder } from "./recorder.js";

/** Values, derivatives and gradients of the elementwise functions, as kernels compute them. */
export function recordElementwise(recorder: Recorder): void {
  for (const fn of recorder.lib.functions) recordFunction(recorder, fn, settingsOf(fn.name));
}

/** Values, derivatives and gradients of elementwise functions, with parameters that no kernel is made for. */
export function recordFormulas(recorder: Recorder): void {
  for (const fn of recorder.lib.functions) {
    const settings = OF_FORMULAS[fn.name];
    if (settings !== undefined) recordFunction(recorder, fn, settings, ` ${BY_FORMULA}`);
  }
}

function recordFunction(
  recorder: Recorder,
  fn: Lanewise["functions"][number],
  settings: readonly Options[],
  suffix = "",
): void {
  const { name } = fn;
  for (const type of types) {
    for (const [key, call] of [
      [name, fn],
      [`${name}.derivative`, fn.derivative],
    ] as [string, Call][]) {
      recorder.record(`${key}${suffix} ${suffixOf(type)}`, (hash) => {
        for (const options of settings) {
          for (const length of LENGTHS) recorder.addEveryWay(hash, call, [everyKind(type, length)], options);
          if (type === Float64Array) for (const x of SPECIAL) hash.add(call(x, options));
        }
      });
    }
    recorder.record(`${name}.backward${suffix} ${suffixOf(type)}`, (hash) => {
      const backward = fn.backward as Call;
      for (const options of settings) {
        for (const length of LENGTHS) {
          const dy = even(type, length, -3, 3, length + 9);
          recorder.addEveryWay(hash, backward, [everyKind(type, length), dy], options);
        }
        if (type === Float64Array) for (const x of SPECIAL) hash.add(backward(x, 1.7, options));
      }
    });
  }
}

/** prelu with a weight for each channel. */
export function recordChannels(recorder: Recorder): void {
  const { prelu } = recorder.lib;
  const layouts: [shape: number[], axis: number | undefined, weights: number][] = [
    [[5, 7], undefined, 7],
    [[5, 7], 1, 1],
    [[3, 4, 5], undefined, 4],
    [[3, 4, 500], 1, 4],
    [[2, 3, 20_000], 1, 3],
    [[70_000], 0, 70_000],
    [[9], undefined, 9],
    [[11, 10, 13], -1, 13],
  ];
  for (const type of types) {
    recorder.record(`prelu of channels ${suffixOf(type)}`, (hash) => {
      for (const [shape, axis, count] of layouts) {
        const x = everyKind(type, sizeOf(shape));
        const dy = even(type, x.length, -3, 3, 5);
        const weight = even(type, count, -1, 2, count);
        const options = { shape, axis, weight };
        recorder.addEveryWay(hash, prelu as Call, [x], options);
        recorder.addEveryWay(hash, prelu.derivative as Call, [x], options);
        recorder.addEveryWay(hash, prelu.backward as Call, [x, dy], options);
        hash.add((prelu.weightGradient as Call)(x, dy, options));
        hash.add((prelu.weightGradient as Call)(x, dy, { shape, axis }));
      }
    });
  }
}

/** xlogy, and rrelu in training. */
export function recordPairs(recorder: Recorder): void {
  const { rrelu, xlogy } = recorder.lib;
  for (const type of types) {
    recorder.record(`xlogy ${suffixOf(type)}`, (hash) => {
      for (const length of LENGTHS) {
        const x = everyKind(type, length);
        const y = x.slice().reverse();
        const dy = even(type, length, -3, 3, length + 9);
        recorder.addEveryWay(hash, xlogy as Call, [x, y], {});
        recorder.addEveryWay(hash, xlogy as Call, [x, even(type, length, 0, 2, 7)], {});
        recorder.addEveryWay(hash, xlogy.backward as Call, [x, y, dy], {});
        recorder.addEveryWay(hash, xlogy.backwardY as Call, [x, y, dy], {});
      }
    });
    recorder.record(`rrelu in training ${suffixOf(type)}`, (hash) => {
      for (const length of LENGTHS) {
        const numbers = even(Float64Array, length, 0, 1, 3);
        const slopes = new type(length);
        const x = everyKind(type, length);
        let i = 0;
        hash.add((rrelu as Call)(x, { training: true, random: () => numbers[i++], slopes }));
        hash.add(slopes);
        recorder.addEveryWay(hash, rrelu.derivative as Call, [x], { slopes });
        recorder.addEveryWay(hash, rrelu.backward as Call, [x, even(type, length, -3, 3, 5)], { slopes });
      }
    });
  }
}

/** Gated functions and their gradients. */
export function recordGated(recorder: Recorder): void {
  const { glu, reglu, geglu, swiglu } = recorder.lib;
  const layouts: [shape: number[], axis: number][] = [
    ...[1, 2, 4, 5, 8, 16, 30, 64, 300].map((half) => [[3, 2 * half], 1] as [number[], number]),
    [[2, 6, 5], 1],
    [[4, 2, 700], 1],
    [[60_000], 0],
    [[100, 700], -1],
  ];
  for (const [name, fn] of Object.entries({ glu, reglu, geglu, swiglu })) {
    const backward = fn.backward as Call;
    const settings: Options[] = [{}, { gate: "first" }, ...(name === "geglu" ? [{ approximate: "tanh" }] : [])];
    for (const type of types) {
      recorder.record(`${name} ${suffixOf(type)}`, (hash) => {
        for (const [shape, axis] of layouts) {
          const x = everyKind(type, sizeOf(shape));
          const dy = even(type, x.length / 2, -3, 3, 5);
          for (const options of settings) {
            recorder.addEveryWay(hash, fn as Call, [x], { shape, axis, ...options }, x.length / 2);
            hash.add(backward(x, dy, { shape, axis, ...options }));
            const out = x.slice();
            hash.add(backward(out, dy, { shape, axis, ...options, out }));
          }
        }
      });
    }
  }
}

/** Comparisons, whose results are integers. */
export function recordComparisons(recorder: Recorder): void {
  const { greater, step } = recorder.lib;
  for (const type of types) {
    recorder.record(`greater, step of integers ${suffixOf(type)}`, (hash) => {
      for (const length of LENGTHS) {
        const x = everyKind(type, length);
        recorder.addEveryWay(hash, greater as Call, [x], {});
        recorder.addEveryWay(hash, greater as Call, [x], { threshold: 0.3 });
        recorder.addEveryWay(hash, step as unknown as Call, [x], { dtype: "int32" });
      }
    });
  }
}
