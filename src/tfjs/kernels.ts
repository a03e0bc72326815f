/** Which of tfjs's kernels lanewise computes, and how each is called. */

import {
  argmax,
  type Elementwise,
  elu,
  erf,
  exp,
  expm1,
  hardtanh,
  leakyRelu,
  log,
  log1p,
  logSoftmax,
  prelu,
  type PreluOptions,
  relu,
  relu6,
  selu,
  sigmoid,
  softmax,
  type SoftmaxFunction,
  softplus,
  step,
  tanh,
} from "lanewise";
import type { Attributes } from "@tensorflow/tfjs-core";
import type { Computation } from "./memory.js";

/** The names of tfjs's kernels that lanewise computes. */
export type KernelName =
  | "ArgMax"
  | "ClipByValue"
  | "Elu"
  | "Erf"
  | "Exp"
  | "Expm1"
  | "LeakyRelu"
  | "Log"
  | "Log1p"
  | "LogSoftmax"
  | "Prelu"
  | "Relu"
  | "Relu6"
  | "Selu"
  | "Sigmoid"
  | "Softmax"
  | "Softplus"
  | "Step"
  | "Tanh";

type Shape = readonly number[];

/** A call of a kernel, as far as the shapes of its inputs and its attributes tell. */
export interface Plan {
  readonly shape: Shape;
  readonly compute: Computation;
}

export interface Kernel {
  /** The names of the inputs. */
  readonly inputs: readonly string[];
  readonly dtype?: "int32";
  /** Undefined where lanewise can't compute it: then tfjs's own kernel does. */
  plan(shapes: readonly Shape[], attributes: Attributes): Plan | undefined;
}

/** A kernel, with one for its gradient. */
export interface Differentiable extends Kernel {
  /** Kernels for the gradients with respect to the inputs, of which the last input is dy. Their names are made of the kernel's. */
  readonly gradients?: Readonly<Record<string, Kernel>>;
  /** What the gradient is made of: the inputs, or the output. */
  readonly saves?: "inputs" | "output";
  /** Whether the second derivative is 0 wherever there is one. */
  readonly isPiecewiseLinear?: boolean;
}

/** lanewise's parameters of tfjs's attributes; undefined where lanewise doesn't take them. */
type Parameters = (attributes: Attributes) => object | undefined;

const none: Parameters = () => ({});

function unary(f: (x: Float32Array, options: object) => unknown, parameters = none): Kernel {
  return {
    inputs: ["x"],
    plan([shape], attributes) {
      const given = parameters(attributes);
      return given && { shape, compute: ([x], out) => (f(x, { ...given, out }), true) };
    },
  };
}

/** With the gradient of lanewise's `backward`, of x. */
function differentiable<P>(f: Elementwise<P>, parameters = none): Differentiable {
  const backward = f.backward as (x: Float32Array, dy: Float32Array, options: object) => unknown;
  const gradient: Kernel = {
    inputs: ["x", "dy"],
    plan([shape], attributes) {
      const given = parameters(attributes);
      return given && { shape, compute: ([x, dy], out) => (backward(x, dy, { ...given, out }), true) };
    },
  };
  return { ...unary(f as never, parameters), gradients: { x: gradient }, saves: "inputs" };
}

/** A function of rows, with the gradient of its `backward`, of the output. */
function ofRows(f: SoftmaxFunction, attribute: "dim" | "axis"): Differentiable {
  return {
    inputs: ["logits"],
    plan([shape], attributes) {
      const rows = rowsAlong(shape, attributes[attribute]);
      return rows && { shape, compute: ([x], out) => (f(x, { ...rows, out: out as Float32Array }), true) };
    },
    gradients: {
      logits: {
        inputs: ["y", "dy"],
        plan([shape], attributes) {
          const rows = rowsAlong(shape, attributes[attribute]);
          const compute: Computation = ([y, dy], out) => {
            f.backward(y, dy, { ...rows, out: out as Float32Array });
            return true;
          };
          return rows && { shape, compute };
        },
      },
    },
    saves: "output",
  };
}

/** The rows along an axis of a tensor; a scalar is one row. Undefined if there is no such axis. */
function rowsAlong(shape: Shape, axis: unknown = -1): { shape: Shape; axis: number } | undefined {
  const sizes = shape.length === 0 ? [1] : shape;
  return isIndex(axis, sizes.length) ? { shape: sizes, axis } : undefined;
}

function isIndex(axis: unknown, rank: number): axis is number {
  return Number.isInteger(axis) && (axis as number) >= -rank && (axis as number) < rank;
}

/** tfjs takes the first of several axes. Its specs want that NaN is no maximum: where there is one, its own kernel runs. */
const argMax: Kernel = {
  inputs: ["x"],
  dtype: "int32",
  plan([shape], { axis }) {
    const first: unknown = Array.isArray(axis) ? axis[0] : axis;
    if (!isIndex(first, shape.length)) return undefined;
    const at = first < 0 ? first + shape.length : first;
    const columns = shape[at];
    if (columns === 0) return undefined;
    const stride = shape.slice(at + 1).reduce((product, length) => product * length, 1);
    const compute: Computation = ([x], out) => {
      argmax(x, { shape, axis: at, out: out as Int32Array });
      return out.every((index, row) => {
        const value = x[Math.floor(row / stride) * columns * stride + index * stride + (row % stride)];
        return value === value;
      });
    };
    return { shape: shape.filter((_, i) => i !== at), compute };
  },
};

/**
 * Slopes that lie along neighbouring axes of x, and are the same along the others, as [outer, channels, inner]. Others that
 * broadcast are left to tfjs.
 */
function channelsOf(shape: Shape, slopes: Shape): { shape: Shape; axis: 1 } | undefined {
  const skipped = shape.length - slopes.length;
  if (skipped < 0) return undefined;
  const isLong = (length: number) => length !== 1;
  const first = slopes.findIndex(isLong);
  const end = slopes.findLastIndex(isLong) + 1;
  const product = (from: number, to?: number) => shape.slice(from, to).reduce((all, length) => all * length, 1);
  if (end === 0) return { shape: [product(0), 1, 1], axis: 1 };
  for (let i = first; i < end; i++) if (slopes[i] !== shape[skipped + i]) return undefined;
  const [from, to] = [skipped + first, skipped + end];
  return { shape: [product(0, from), product(from, to), product(to)], axis: 1 };
}

/** A kernel of x, its slopes and perhaps dy: `call` has prelu's options. */
function ofChannels(
  inputs: readonly string[],
  call: (options: ChannelOptions, ...arrays: Float32Array[]) => void,
): Kernel {
  return {
    inputs,
    plan([shape, slopes]) {
      const channels = channelsOf(shape, slopes);
      const compute: Computation = ([x, weight, ...others], out) => {
        call({ ...channels, weight, out: out as Float32Array }, x, ...others);
        return true;
      };
      return channels && { shape, compute };
    },
  };
}

type ChannelOptions = PreluOptions<Float32Array> & { readonly weight: Float32Array };

const ofSlopes = ofChannels(["x", "alpha", "dy"], (options, x, dy) => prelu.weightGradient(x, dy, options));

const preluKernel: Differentiable = {
  ...ofChannels(["x", "alpha"], (options, x) => prelu(x, options)),
  gradients: {
    x: ofChannels(["x", "alpha", "dy"], (options, x, dy) => prelu.backward(x, dy, options)),
    alpha: {
      ...ofSlopes,
      plan(shapes, attributes) {
        const plan = ofSlopes.plan(shapes, attributes);
        return plan && { ...plan, shape: shapes[1] };
      },
    },
  },
  saves: "inputs",
};

const ofLeakyRelu: Parameters = ({ alpha }) => (Number.isFinite(alpha) ? { negativeSlope: alpha } : undefined);
const ofStep: Parameters = ({ alpha = 0 }) => (alpha === 0 ? {} : undefined);
const ofClip: Parameters = ({ clipValueMin: minVal, clipValueMax: maxVal }) =>
  Math.fround(minVal as number) < Math.fround(maxVal as number) ? { minVal, maxVal } : undefined;

/**
 * By tfjs's names. There are gradients where tfjs's own are made of several operations, or lose digits: those of exp, log and
 * clipByValue are one each.
 */
export const kernels: Readonly<Record<KernelName, Differentiable>> = {
  ArgMax: argMax,
  ClipByValue: unary(hardtanh as never, ofClip),
  Elu: differentiable(elu),
  Erf: differentiable(erf),
  Exp: unary(exp),
  Expm1: differentiable(expm1),
  LeakyRelu: { ...differentiable(leakyRelu, ofLeakyRelu), isPiecewiseLinear: true },
  Log: unary(log),
  Log1p: differentiable(log1p),
  LogSoftmax: ofRows(logSoftmax, "axis"),
  Prelu: preluKernel,
  Relu: { ...differentiable(relu), isPiecewiseLinear: true },
  Relu6: { ...differentiable(relu6), isPiecewiseLinear: true },
  Selu: differentiable(selu),
  Sigmoid: differentiable(sigmoid),
  Softmax: ofRows(softmax, "dim"),
  Softplus: differentiable(softplus),
  Step: unary(step, ofStep),
  Tanh: differentiable(tanh),
};
