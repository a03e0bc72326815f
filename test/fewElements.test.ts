import { beforeAll, describe, expect, it } from "vitest";
import { type Arena, createArena, type FloatArray, functions, greater, step } from "../src/index.js";
import { CHUNK } from "../src/runtime/memory.js";
import { callsOf, describeArrays, type FloatArrayType, inArena, randomArray } from "./support/backends.js";
import { settingsOf } from "./support/golden.js";

/** The most elements of a call here: more than any `maxScalarLength`. */
const MOST = 70;

/** 70, 0, 69, 1, …: an earlier call has left more elements in memory, or fewer. */
const lengths = Array.from({ length: MOST + 1 }, (_, i) => (i % 2 === 0 ? MOST - i / 2 : (i - 1) / 2));

const SPECIAL = [0, NaN, -Infinity, -0, 1, Infinity, 100, -100, 1e-45];

/** Numbers of the domain of a function, with special ones among them. */
function inputsFor(type: FloatArrayType, [from, to]: readonly [number, number] = [-10, 10]): FloatArray {
  const x = randomArray(type, MOST, from, to);
  SPECIAL.forEach((value, i) => (x[2 * i + 1] = value));
  return x;
}

/** The array over and over, so that a call takes more than one chunk. */
function repeated(values: FloatArray): FloatArray {
  const type = values.constructor as FloatArrayType;
  return new type(CHUNK / type.BYTES_PER_ELEMENT + 1).map((_, i) => values[i % MOST]);
}

/** The results for the second of these repetitions. */
const second = <A extends { slice(from: number, to: number): A }>(results: A) => results.slice(MOST, 2 * MOST);

type Inputs = readonly FloatArray[];
type Call = (inputs: Inputs, out?: FloatArray) => FloatArray;

/** A way to call a function: it gives the results. */
type Way = (call: Call, inputs: Inputs, type: FloatArrayType) => FloatArray;

/** Copies of the inputs, each in an array of its own with `offset` elements before it. */
function moved(inputs: Inputs, type: FloatArrayType, offset: number): FloatArray[] {
  return inputs.map((input) => {
    const array = new type(input.length + offset).subarray(offset);
    array.set(input);
    return array;
  });
}

/** The result where `out` overlaps input number `which`, and begins as many elements behind it, or before it. */
function overlapping(which: number, distance: number): Way {
  return (call, inputs, type) => {
    const { length } = inputs[which];
    const around = new type(length + Math.abs(distance));
    const all = [...inputs];
    all[which] = around.subarray(Math.max(0, -distance)).subarray(0, length);
    all[which].set(inputs[which]);
    return call(all, around.subarray(Math.max(0, distance)).subarray(0, length));
  };
}

/** Expects what stands around a result to be as it was. Vitest's matchers would take longer than the calls. */
function expectSevens(around: FloatArray): void {
  for (const value of around) if (value !== 7) expect.fail(`${value} stands beside the result`);
}

/** Two arenas of the backend that runs: those of others are copied. */
let arena: Arena;
let other: Arena;

/** The ways in which a call may be given its arrays, for a function of `count` inputs. */
function waysOf(count: number): Record<string, Way> {
  const each = Array.from({ length: count }, (_, i) => i);
  const resident = (inputs: Inputs) => {
    arena.reset();
    return inputs.map((input) => inArena(arena, input));
  };
  const inOther = (values: FloatArray) => {
    other.reset();
    return inArena(other, values);
  };
  return {
    "a new array": (call, inputs) => call(inputs),
    out: (call, inputs, type) => call(inputs, new type(inputs[0].length).fill(7)),
    "inputs and out in the middle of other arrays": (call, inputs, type) => {
      const around = new type(inputs[0].length + 4).fill(7);
      const result = call(moved(inputs, type, 3), around.subarray(1, 1 + inputs[0].length));
      expectSevens(around.subarray(0, 1));
      expectSevens(around.subarray(1 + inputs[0].length));
      return result;
    },
    ...Object.fromEntries(
      each.flatMap((which): [string, Way][] => [
        [
          `in place of input ${which}`,
          (call, inputs, type) => {
            const all = moved(inputs, type, 0);
            return call(all, all[which]);
          },
        ],
        ...[-17, -1, 1, 3].map((distance): [string, Way] => [
          `out ${distance} elements behind input ${which}`,
          overlapping(which, distance),
        ]),
        [
          `in an arena, in place of input ${which}`,
          (call, inputs) => {
            const all = resident(inputs);
            return call(all, all[which]);
          },
        ],
        [
          `in an arena, out an element before input ${which}`,
          (call, inputs) => {
            const all = resident(inputs);
            const around = inArena(arena, new (inputs[0].constructor as FloatArrayType)(inputs[0].length + 1));
            all[which] = around.subarray(1);
            all[which].set(inputs[which]);
            return call(all, around.subarray(0, inputs[0].length));
          },
        ],
      ]),
    ),
    "in an arena, to an array that the arena has given out anew": (call, inputs) => {
      const all = resident(inputs);
      arena.reset();
      arena.uint8(16);
      const out = inArena(arena, inputs[0].map(() => 7) as FloatArray);
      all[0].set(inputs[0]);
      return call([all[0], ...inputs.slice(1).map(inOther)], out);
    },
    "from an arena to a new array": (call, inputs) => call(resident(inputs)),
    "in an arena": (call, inputs) => {
      const all = resident(inputs);
      return call(all, inArena(arena, inputs[0].map(() => 7) as FloatArray));
    },
    "in an arena, to a part of an array": (call, inputs) => {
      const all = resident(inputs);
      const { length } = inputs[0];
      const around = inArena(arena, new (inputs[0].constructor as FloatArrayType)(length + 2).fill(7));
      const result = call(all, around.subarray(1, 1 + length));
      expectSevens(around.subarray(0, 1));
      expectSevens(around.subarray(1 + length));
      return result;
    },
    "from an arena to another": (call, inputs) => call(resident(inputs), inOther(inputs[0])),
    "from an arena to an ordinary array": (call, inputs, type) => call(resident(inputs), new type(inputs[0].length)),
    "from ordinary arrays to an arena": (call, inputs) => call(inputs, inOther(inputs[0])),
  };
}

const ways = [waysOf(1), waysOf(2)];

/** The first of the elements that differ, NaN being equal to NaN; undefined where none does. */
function difference(got: FloatArray, wanted: FloatArray): string | undefined {
  if (got.length !== wanted.length) return `${got.length} elements`;
  for (let i = 0; i < got.length; i++) {
    if (!Object.is(got[i], wanted[i])) return `element ${i} is ${got[i]}, not ${wanted[i]}`;
  }
  return undefined;
}

/** Expects a call to give for the first elements of its inputs what it gives for them among the elements of several chunks. */
function expectEveryWay(call: Call, inputs: Inputs, type: FloatArrayType): void {
  const wanted = second(call(inputs.map(repeated)));
  const wrong: string[] = [];
  for (const length of lengths) {
    const first = inputs.map((input) => input.slice(0, length));
    for (const [name, way] of Object.entries(ways[inputs.length - 1])) {
      const found = difference(way(call, first, type), wanted.subarray(0, length));
      if (found !== undefined) wrong.push(`${length} elements, ${name}: ${found}`);
    }
    first.forEach((input, i) => {
      const found = difference(input, inputs[i].subarray(0, length));
      if (found !== undefined) wrong.push(`input ${i} after calls on ${length} elements: ${found}`);
    });
  }
  expect(wrong).toEqual([]);
}

describeArrays("few elements", (type) => {
  const dy = randomArray(type, MOST, -3, 3, 2);

  // They are not freed: from then on, the fast path would take no part of a larger array.
  beforeAll(() => {
    arena = createArena(16384);
    other = createArena(16384);
  });

  describe.each(functions)("$name", (fn) => {
    const x = inputsFor(type, fn.definition.domain);
    it.each(settingsOf(fn.name).slice(0, 2))("with parameters %j", (parameters) => {
      const { value, derivative } = callsOf(fn, parameters, type === Float32Array);
      for (const { call } of [value, derivative]) {
        // Without options where there is nothing to say.
        expectEveryWay(([x], out) => (out === undefined ? call(x) : call(x, { out })), [x], type);
      }
      const backward: Call = ([x, dy], out) => {
        if (out === undefined && Object.keys(parameters).length === 0) return fn.backward(x, dy);
        return fn.backward(x, dy, { ...parameters, ...(out !== undefined && { out }) });
      };
      expectEveryWay(backward, [x, dy], type);
    });
  });

  it.each([
    ["greater", Uint8Array, greater],
    ["step to integers", Int32Array, (x: FloatArray, options?: object) => step(x, { ...options, dtype: "int32" })],
  ] as [string, typeof Uint8Array | typeof Int32Array, (x: FloatArray, options?: object) => ArrayLike<number>][])(
    "%s",
    (_, Integers, call) => {
      const x = inputsFor(type);
      const wanted = second(Array.from(call(repeated(x))));
      for (const length of lengths) {
        const input = x.slice(0, length);
        expect(Array.from(call(input))).toEqual(wanted.slice(0, length));
        const around = new Integers(length + 2).fill(7);
        call(input, { out: around.subarray(1, 1 + length) });
        expect(Array.from(around)).toEqual([7, ...wanted.slice(0, length), 7]);
      }
    },
  );
});
