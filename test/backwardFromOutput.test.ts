import { expect, it } from "vitest";
import { errorInUlp, spacing } from "../bench/ulp.js";
import * as lanewise from "../src/index.js";
import { backwardFromOutput, createArena, type Elementwise, type FloatArray } from "../src/index.js";
import { CHUNK } from "../src/runtime/memory.js";
import { describeArrays, describeBackends, expectSameBits, inArena, randomArray } from "./support/backends.js";
import { readFixture } from "./support/fixture.js";

type Parameters = Readonly<Record<string, number>>;

/** The derivatives in terms of y, by scripts/fromOutput.py. */
type Golden = Record<string, Record<string, { parameters: Parameters; y: number[]; derivative: number[] }[]>>;
const golden = JSON.parse(new TextDecoder().decode(await readFixture("fromOutput.json"))) as Golden;

const functionOf = (name: string) => (lanewise as unknown as Record<string, Elementwise<Parameters>>)[name];

/** What backwardFromOutput multiplies 1 with. */
function derivativeAt(name: string, y: FloatArray, parameters: Parameters): FloatArray {
  return backwardFromOutput(functionOf(name), y, y.map(() => 1) as FloatArray, parameters);
}

/** Ramps, whose derivative at y is exactly that at x. */
const ramps: [name: string, parameters: Parameters][] = [
  ["relu", {}],
  ["relu6", {}],
  ["hardtanh", {}],
  ["hardtanh", { minVal: -0.5, maxVal: 3 }],
  ["hardtanh", { minVal: 1, maxVal: 3 }],
  ["hardshrink", {}],
  ["hardshrink", { lambd: 0 }],
  ["softshrink", {}],
  ["softshrink", { lambd: 2.5 }],
  ["softshrink", { lambd: 0 }],
  ["threshold", {}],
  ["threshold", { threshold: 1, value: -20 }],
  ["threshold", { threshold: -2, value: -2 }],
  ["thresholdedRelu", {}],
  ["thresholdedRelu", { alpha: 0 }],
  ["leakyRelu", {}],
  ["leakyRelu", { negativeSlope: 0 }],
  ["leakyRelu", { negativeSlope: 1.5 }],
];

const names = [...new Set([...ramps.map(([name]) => name), ...Object.keys(golden)])];

describeArrays("backwardFromOutput", (type) => {
  const isFloat32 = type === Float32Array;
  const epsilon = isFloat32 ? 2 ** -24 : 2 ** -53;

  it.each(Object.keys(golden))("%s gives the derivative of golden values of y", (name) => {
    for (const { parameters, y, derivative } of golden[name][isFloat32 ? "float32" : "float64"]) {
      const got = derivativeAt(name, type.from(y), parameters);
      // The offset of selu is no number of the type: near its bound the error counts by the largest derivative.
      const least = name === "selu" ? spacing(1.75, isFloat32) : 0;
      derivative.forEach((exact, i) => {
        const error = errorInUlp(got[i], exact, least, isFloat32);
        if (!(error <= 3)) expect.fail(`${error} ulp at y = ${y[i]} of ${name} with ${JSON.stringify(parameters)}`);
      });
    }
  });

  it.each(ramps)("%s with %j gives what its own backward gives of x", (name, parameters) => {
    const f = functionOf(name);
    const kinks = [-3, -2.5, -2, -1, -0.5, 0, 0.5, 1, 2.5, 3, 6];
    const below = kinks.map((kink) => kink - Math.max(1, Math.abs(kink)) * epsilon * 2);
    const above = kinks.map((kink) => kink + Math.max(1, Math.abs(kink)) * epsilon * 2);
    const x = type.from([...kinks, ...below, ...above, -0, 1e30, -1e30, NaN, ...randomArray(type, 999, -8, 8)]);
    const dy = randomArray(type, x.length, -2, 2, 2);
    expectSameBits(backwardFromOutput(f, f(x, parameters), dy, parameters), f.backward(x, dy, parameters));
  });

  it.each(names)("%s is that of its own backward, but for the rounding of y", (name) => {
    const settings = golden[name]?.[isFloat32 ? "float32" : "float64"].map(({ parameters }) => parameters) ?? [{}];
    for (const parameters of settings) {
      const f = functionOf(name);
      const size = Math.max(1, ...Object.values(parameters).filter((value) => value < 100));
      const x = randomArray(type, 4001, -12 * size, 12 * size);
      const dy = new type(4001).fill(1);
      const wanted = f.backward(x, dy, parameters);
      const largest = Math.max(1, ...Object.values(parameters).filter((value) => name === "elu" && value > 1));
      backwardFromOutput(f, f(x, parameters), dy, parameters).forEach((value, i) => {
        const error = Math.abs(value - wanted[i]) / Math.max(largest, Math.abs(wanted[i]));
        if (!(error <= 4 * epsilon))
          expect.fail(`${value}, not ${wanted[i]} at ${x[i]} with ${JSON.stringify(parameters)}`);
      });
    }
  });

  it.each(["softplus", "logSigmoid", "squareplus", "exp"])("%s loses no digits anywhere", (name) => {
    const f = functionOf(name);
    const x = randomArray(type, 4001, -30, 30);
    const dy = new type(4001).fill(1);
    const wanted = f.backward(x, dy);
    backwardFromOutput(f, f(x), dy).forEach((value, i) => {
      expect(Math.abs(value - wanted[i])).toBeLessThanOrEqual(16 * epsilon * wanted[i]);
    });
  });

  it("gives the same for every length, written over y or dy, and in an arena", () => {
    const arena = createArena(1 << 20);
    const all = randomArray(type, CHUNK / 4 + 5, 0.001, 0.999);
    const allDy = randomArray(type, all.length, -2, 2, 2);
    for (const f of [lanewise.sigmoid, lanewise.relu, lanewise.softplus, lanewise.elu, lanewise.squareplus]) {
      const wanted = backwardFromOutput(f, all, allDy);
      for (const length of [0, 1, 12, 13, 100, all.length - 6]) {
        const y = all.slice(0, length);
        const dy = allDy.slice(0, length);
        expectSameBits(backwardFromOutput(f, y, dy), wanted.slice(0, length));
        expect(backwardFromOutput(f, y, dy, { out: dy })).toBe(dy);
        expectSameBits(dy, wanted.slice(0, length));
      }
      const [y, dy] = [inArena(arena, all.slice(0, 999)), inArena(arena, allDy.slice(0, 999))];
      expect(backwardFromOutput(f, y, dy, { out: y })).toBe(y);
      expectSameBits(y, wanted.slice(0, 999));
      arena.reset();
    }
  });

  it("keeps NaN", () => {
    for (const name of names) expect(derivativeAt(name, type.of(NaN), {})).toEqual(type.of(NaN));
  });

  it("is 0 where y is the bound", () => {
    expect(derivativeAt("sigmoid", type.of(0, 1), {})).toEqual(type.of(0, 0));
    expect(derivativeAt("tanh", type.of(-1, 1), {})).toEqual(type.of(0, 0));
    expect(derivativeAt("softsign", type.of(-1, 1), {})).toEqual(type.of(0, 0));
    expect(derivativeAt("elu", type.of(-1, Infinity), {})).toEqual(type.of(0, 1));
    expect(derivativeAt("softplus", type.of(0, Infinity), {})).toEqual(type.of(0, 1));
    expect(derivativeAt("logSigmoid", type.of(0, -Infinity), {})).toEqual(type.of(0, 1));
    expect(derivativeAt("squareplus", type.of(0, Infinity), {})).toEqual(type.of(0, 1));
    expect(derivativeAt("exp", type.of(0, Infinity), {})).toEqual(type.of(0, Infinity));
    const sixth = type.of(1 / 6)[0];
    expect(derivativeAt("hardSigmoid", type.of(0, 1e-30, 1 - epsilon, 1), {})).toEqual(type.of(0, sixth, sixth, 0));
    // From there on, as its docstring says.
    const [sigmoidBound, tanhBound] = isFloat32 ? [17.4, 9.1] : [37.5, 19.1];
    expect(derivativeAt("sigmoid", lanewise.sigmoid(type.of(sigmoidBound, sigmoidBound - 1)), {})[0]).toBe(0);
    expect(derivativeAt("sigmoid", lanewise.sigmoid(type.of(sigmoidBound - 1)), {})[0]).toBeGreaterThan(0);
    expect(derivativeAt("tanh", lanewise.tanh(type.of(tanhBound)), {})[0]).toBe(0);
    expect(derivativeAt("tanh", lanewise.tanh(type.of(tanhBound - 1)), {})[0]).toBeGreaterThan(0);
  });

  it("refuses parameters with which y doesn't tell the derivative", () => {
    const y = new type(3);
    const call = (name: string, parameters: Parameters) => () => backwardFromOutput(functionOf(name), y, y, parameters);
    const instead = ": else one y comes of several x, so write f.backward(x, dy), which takes the input";
    expect(call("leakyRelu", { negativeSlope: -0.5 })).toThrow(
      new RangeError(`backwardFromOutput: negativeSlope must be at least 0, not -0.5${instead}`),
    );
    expect(call("elu", { alpha: -1 })).toThrow(`alpha must be at least 0, not -1${instead}`);
    expect(call("thresholdedRelu", { alpha: -1 })).toThrow(`alpha must be at least 0, not -1${instead}`);
    expect(call("threshold", { threshold: 1, value: 2 })).toThrow(
      new RangeError(`backwardFromOutput: value must be at most threshold, not 2 and 1${instead}`),
    );
    expect(call("celu", { alpha: 0 })).toThrow(/^backwardFromOutput: alpha must be greater than 0/);
  });

  it("refuses arrays that are none of f's, before anything is written", () => {
    const y = new type(3);
    const other = isFloat32 ? new Float64Array(3) : new Float32Array(3);
    const out = new type(3).fill(7);
    const call = (...given: unknown[]) =>
      (backwardFromOutput as (...given: unknown[]) => unknown)(lanewise.tanh, ...given);
    expect(() => call([1, 2, 3], y, { out })).toThrow(/^backwardFromOutput: y must be a number, a Float32Array or/);
    expect(() => call(y, other, { out })).toThrow(/^backwardFromOutput: dy must be a/);
    expect(() => call(y, new type(2), { out })).toThrow(/^backwardFromOutput: dy must have length 3, not 2$/);
    expect(() => call(y, y, { out: new type(2) })).toThrow(/^backwardFromOutput: out must have length 3, not 2$/);
    expect(() => call(y, y, { out, alpha: 1 })).toThrow(/^backwardFromOutput: there is no option alpha, only out$/);
    expect(() => call(y, y, {}, 1)).toThrow(/^backwardFromOutput: takes 4 arguments/);
    expect(out).toEqual(new type(3).fill(7));
  });

  it.each(["y", "dy"])("names %s where a getter of the options takes it away", (name) => {
    for (const option of ["out", "alpha"]) {
      const arrays: Record<string, FloatArray> = { y: new type(3), dy: new type(3) };
      const options = Object.defineProperty({}, option, {
        get: () => void structuredClone(arrays[name], { transfer: [arrays[name].buffer] }),
        enumerable: true,
      });
      const f = option === "out" ? lanewise.tanh : lanewise.elu;
      expect(() => backwardFromOutput(f as Elementwise, arrays.y, arrays.dy, options)).toThrow(
        new TypeError(`backwardFromOutput: the buffer of ${name} is detached or has been shrunk`),
      );
    }
  });
});

describeBackends("backwardFromOutput", () => {
  it("of numbers gives numbers", () => {
    expect(backwardFromOutput(lanewise.sigmoid, 0.25, 2)).toBe(0.375);
    expect(backwardFromOutput(lanewise.elu, -0.5, 2, { alpha: 2 })).toBe(3);
    expect(() => backwardFromOutput(lanewise.sigmoid, 0.25, "2" as never)).toThrow(/dy must be a number, not "2"$/);
  });

  it("refuses functions whose output doesn't tell the derivative", () => {
    const call = (f: unknown) => () => backwardFromOutput(f as Elementwise, 1, 1);
    const wanted = "backwardFromOutput: f must be an elementwise function whose output gives its derivative";
    expect(call(lanewise.gelu)).toThrow(
      new TypeError(`${wanted}, not gelu: write gelu.backward(x, dy), which takes the input`),
    );
    expect(call(lanewise.prelu)).toThrow(
      new TypeError(`${wanted}, not prelu: write prelu.backward(x, dy), which takes the input`),
    );
    expect(call(lanewise.softmax)).toThrow(
      new TypeError(`${wanted}, not softmax: see whether softmax.backward takes x or y`),
    );
    for (const f of [
      undefined,
      "sigmoid",
      () => 1,
      lanewise.sigmoid.backward,
      { definition: lanewise.sigmoid.definition },
    ]) {
      expect(call(f)).toThrow(
        /^backwardFromOutput: f must be an elementwise function of lanewise, such as sigmoid, not /,
      );
    }
  });

  it("knows every function whose output tells the derivative", () => {
    const known = lanewise.functions.filter((f) => {
      try {
        backwardFromOutput(f, 0.5, 1);
        return true;
      } catch {
        return false;
      }
    });
    expect(known.map(({ name }) => name).sort()).toEqual([...names].sort());
  });
});
