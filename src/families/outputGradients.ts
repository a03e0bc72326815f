/** Gradients from the results of elementwise functions: for each function its derivative, written in terms of the result y. */

import { checkArray, checkFloats, mustBe } from "../args/arrays.js";
import type { FloatArray } from "../args/dtype.js";
import { readGiven } from "../args/options.js";
import { expm1 } from "../formulas/elementary.js";
import { isModerate } from "../formulas/twoProduct.js";
import { fromOutputModule } from "../generated/modules/fromOutput.js";
import type { ElementwiseDefinition } from "./elementwise.js";
import { applyUnaryRead, type UnaryOp, unaryOps } from "./unaryOp.js";

type Numbers = Readonly<Record<string, number>>;

type Definition = ElementwiseDefinition<Numbers>;

/**
 * What differs from a function's own definition. With `value`, that is the derivative in terms of y, and `kernel` one of the module
 * fromOutput; without it, the function's own derivative, with its own kernels, gives at y what it gives at x.
 */
type Changes = Partial<Pick<Definition, "derivative" | "kernel" | "reject" | "value">>;

const TAKE_INPUT = ": else one y comes of several x, so write f.backward(x, dy), which takes the input";

function atLeast0(name: string): Changes {
  return {
    reject: (parameters) =>
      parameters[name] < 0 ? `${name} must be at least 0, not ${parameters[name]}${TAKE_INPUT}` : undefined,
  };
}

/** `below` for y <= low, `above` for y > high, else (y + offset)·slope. */
interface Line {
  readonly low?: number;
  /** For float32 and float64. */
  readonly high?: readonly [number, number];
  readonly above?: number;
  readonly offset: number;
  readonly slope: number;
}

function linear(lineOf: (parameters: Numbers) => Line): Changes {
  return {
    kernel: (parameters, { index }) => {
      const { low = -Infinity, high = [0, 0], above = 1, offset, slope } = lineOf(parameters);
      if (!(slope > 2 ** -100 && slope < 2 ** 100)) return null;
      return { name: "fromOutput_linear", parameters: { low, high: high[index], below: 0, above, offset, slope } };
    },
    value: (y, parameters) => {
      const { low = -Infinity, high: [, high] = [0, 0], above = 1, offset, slope } = lineOf(parameters);
      return y > high ? above : y <= low ? 0 : (y + offset) * slope;
    },
  };
}

/** 1 - e^(rate·y) */
function negExpm1(rateOf: (parameters: Numbers) => number): Changes {
  return {
    kernel: (parameters) => {
      const rate = rateOf(parameters);
      return isModerate(rate) ? { name: "fromOutput_negExpm1", parameters: { rate } } : null;
    },
    value: (y, parameters) => Math.abs(expm1(Math.min(y * rateOf(parameters), 0))),
  };
}

function product(name: string, value: (y: number) => number): Changes {
  return { kernel: () => ({ name: `fromOutput_${name}` }), value };
}

const UNBOUNDED = [Infinity, Infinity] as const;

const CHANGES: Readonly<Record<string, Changes>> = {
  relu: {},
  relu6: {},
  hardtanh: {},
  hardshrink: {},
  leakyRelu: atLeast0("negativeSlope"),
  thresholdedRelu: atLeast0("alpha"),
  threshold: {
    reject: ({ threshold, value }) =>
      value > threshold ? `value must be at most threshold, not ${value} and ${threshold}${TAKE_INPUT}` : undefined,
  },
  // Every result but 0 is that of an x beyond lambd.
  softshrink: {
    kernel: () => ({ name: "softshrink", parameters: { lambd: 0, negLambd: 0 } }),
    derivative: (y) => (y === 0 ? 0 : y === y ? 1 : y),
  },
  // Between 0 and the largest number below 1 it is the slope: y doesn't change an offset of 2^60.
  hardSigmoid: linear(({ slope = 1 / 6 }) => ({
    low: 0,
    high: [1 - 2 ** -24, 1 - 2 ** -53],
    above: 0,
    offset: 2 ** 60,
    slope: slope * 2 ** -60,
  })),
  exp: linear(() => ({ high: UNBOUNDED, offset: 0, slope: 1 })),
  expm1: linear(() => ({ high: UNBOUNDED, offset: 1, slope: 1 })),
  elu: { ...linear(({ alpha }) => ({ offset: alpha, slope: 1 })), ...atLeast0("alpha") },
  celu: linear(({ alpha }) => ({ offset: alpha, slope: 1 / alpha })),
  selu: {
    ...linear(({ alpha = 1.6732632423543772, scale = 1.0507009873554805 }) => ({
      above: scale,
      offset: alpha * scale,
      slope: 1,
    })),
    ...atLeast0("alpha"),
  },
  sigmoid: product("sigmoid", (y) => y * (1 - y)),
  tanh: product("tanh", (y) => (1 - y) * (1 + y)),
  softsign: product("softsign", (y) => (1 - Math.abs(y)) ** 2),
  softplus: negExpm1(({ beta }) => -beta),
  logSigmoid: negExpm1(() => 1),
  squareplus: {
    kernel: ({ b }) => (isModerate(b) ? { name: "fromOutput_squareplus", parameters: { quarter: b / 4 } } : null),
    value: (y, { b }) => 1 / (1 + b / 4 / y / y),
  },
};

/** The derivatives in terms of y, by the functions' definitions. */
const ops = /* @__PURE__ */ new Map<unknown, UnaryOp>();

function opOf(caller: string, f: unknown): UnaryOp {
  const definition = typeof f === "function" ? (f as unknown as { definition?: Definition }).definition : undefined;
  const found = ops.get(definition);
  if (found !== undefined) return found;
  const name = definition?.name;
  if (definition === undefined || typeof name !== "string") {
    throw mustBe(caller, "f", "an elementwise function of lanewise, such as sigmoid", f);
  }
  if (!Object.keys(CHANGES).includes(name)) {
    const instead =
      "derivative" in definition
        ? `write ${name}.backward(x, dy), which takes the input`
        : `see whether ${name}.backward takes x or y`;
    throw new TypeError(
      `${caller}: f must be an elementwise function whose output gives its derivative, not ${name}: ${instead}`,
    );
  }
  const changed = { ...definition, ...CHANGES[name] };
  const op =
    CHANGES[name].value === undefined
      ? unaryOps(changed as unknown as ElementwiseDefinition).derivative
      : unaryOps({ ...changed, module: fromOutputModule, scalarLoop: undefined } as unknown as ElementwiseDefinition)
          .value;
  ops.set(definition, op);
  return op;
}

/** dy times the derivative of f where its result is y. */
export function applyOutputGradient(
  caller: string,
  f: unknown,
  y: unknown,
  dy: unknown,
  options: unknown,
): FloatArray | number {
  const op = opOf(caller, f);
  const given = readGiven(caller, op.parameters.options, options);
  // Checked here, since what follows would call it x, and after the options, whose getters may take it away.
  if (typeof y !== "number") {
    const { arrayName } = checkFloats(caller, "y", y, "a number, ");
    checkArray(caller, "dy", dy, arrayName, (y as FloatArray).length);
  }
  return applyUnaryRead(caller, op, y, given, true, dy);
}
