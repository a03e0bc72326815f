/** The randomized ReLU: outside of training a leaky ReLU, in training with a slope of its own for each element. */

import type { FloatArray, NewArray, SameType } from "../args/dtype.js";
import { type OptionList, type OutOr, readGiven, refuseSurplus } from "../args/options.js";
import { insteadBy } from "../args/spellings.js";
import { preluModule } from "../generated/modules/prelu.js";
import { noteImport } from "../runtime/modules.js";
import { type Elementwise, elementwise, type ElementwiseDefinition, type ElementwiseOptions } from "./elementwise.js";
import { makeRreluOp } from "./lazy.js";
import type { RreluOp } from "./rreluOp.js";
import { applyUnaryRead, unaryOps } from "./unaryOp.js";

/** The parameters of `rrelu`. */
export interface RreluParameters {
  /** The least slope that is drawn in training. Default: 1/8. */
  readonly lower: number;
  /** The largest one, at least `lower`. Default: 1/3. */
  readonly upper: number;
}

/** Options of `rrelu`. `S` is the type of `slopes`. */
export type RreluOptions<O = FloatArray, S = FloatArray> = ElementwiseOptions<RreluParameters, O> & {
  /** Whether slopes are drawn. Default: false, the mean slope for all. */
  readonly training?: boolean | undefined;
  /** An integer from 0 to 2^32 - 1 for a generator of this call, the Mersenne Twister MT19937. Default: numbers of `random`. */
  readonly seed?: number | undefined;
  /** Gives a number from 0 to less than 1: one for each element, in their order. Default: Math.random. */
  readonly random?: (() => number) | undefined;
  /** Where the slopes go, of the type and length of x, which the gradient needs. Default: nowhere. */
  readonly slopes?: S | undefined;
};

/** Options of the derivative and the gradient of `rrelu`. */
export type RreluGradientOptions<O = FloatArray, S = FloatArray> = ElementwiseOptions<RreluParameters, O> & {
  /** The slopes that `rrelu` wrote to its option of that name. Default: the mean slope for all. */
  readonly slopes?: S | undefined;
};

/** `rrelu` with its derivative and its gradient. */
export interface Rrelu extends Pick<Elementwise<RreluParameters>, "definition" | "defaults"> {
  /**
   * x > 0 ? x : slope · x, elementwise.
   *
   * @param x a Float32Array or Float64Array, or a number, which gives a number (float64)
   * @param options `lower`, default 0.125, and `upper`, default 0.3333333333333333; `training`: whether each element has a slope drawn evenly between them,
   *   default false, their mean; `seed`, an integer from 0 to 2^32 - 1, or `random`, a function that gives numbers from 0 to less than 1, default
   *   Math.random: one number for each element, in their order; `slopes`: an array of the type and length of x to write the slopes to, which `backward` needs; `out`: the
   *   array to write to, of the type and length of x; it may be x itself. Default: a new array.
   * @returns `out`, or a new array of the type and length of x
   * @throws {TypeError} if an array is of another type, an option is not of its type, both seed and random are given, or there is no such option
   * @throws {RangeError} if an array has another length, slopes overlaps out, lower or upper is not finite, lower is more than upper, seed
   *   is out of range, or random gives something else
   */
  <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
    x: A,
    options?: RreluOptions<O, A extends number ? never : SameType<A>>,
  ): OutOr<O, NewArray<A>>;
  readonly derivative: {
    /**
     * 1 where x > 0, else the slope, elementwise.
     *
     * @param x a Float32Array or Float64Array, or a number, which gives a number (float64)
     * @param options `slopes`: the slopes of a call in training, an array of the type and length of x; without, `lower`, default 0.125, and `upper`, default
     *   0.3333333333333333, whose mean is the slope; `out`: the array to write to, of the type and length of x; it may be x itself. Default: a new array.
     * @returns `out`, or a new array of the type and length of x
     * @throws {TypeError | RangeError} as the function itself
     */
    <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
      x: A,
      options?: RreluGradientOptions<O, A extends number ? never : SameType<A>>,
    ): OutOr<O, NewArray<A>>;
  };
  readonly backward: {
    /**
     * dy · rrelu'(x), elementwise: the gradient of a loss with respect to x, from dy, that with respect to rrelu(x).
     *
     * @param x the input of the function (not its output)
     * @param dy the gradient with respect to the function's result: an array of the type and length of x
     * @param options `slopes`: the slopes of a call in training, an array of the type and length of x; without, `lower`, default 0.125, and `upper`, default
     *   0.3333333333333333, whose mean is the slope; `out`: the array to write to, of the type and length of x; it may be x or dy itself. Default: a new array.
     * @returns `out`, or a new array of the type and length of x
     * @throws {TypeError | RangeError} as the function itself
     */
    <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
      x: A,
      dy: SameType<A>,
      options?: RreluGradientOptions<O, A extends number ? never : SameType<A>>,
    ): OutOr<O, NewArray<A>>;
  };
}

const spellings = { generator: "random", rng: "random", noise: "slopes" };

const OPTIONS: OptionList = {
  names: ["out", "lower", "upper", "training", "random", "slopes", "seed"],
  insteadOf: /* @__PURE__ */ insteadBy(spellings),
};

const GRADIENT_OPTIONS: OptionList = {
  names: ["out", "lower", "upper", "slopes"],
  insteadOf: /* @__PURE__ */ insteadBy({
    ...spellings,
    training: "the slopes of a call in training are the option slopes",
    random: "the slopes of a call in training are the option slopes",
    seed: "the slopes of a call in training are the option slopes",
  }),
};

/** Makes the public function of the definition for the mean slope. */
export function rreluFunction(
  definition: ElementwiseDefinition<RreluParameters> & Required<Pick<ElementwiseDefinition<RreluParameters>, "kernel">>,
): Rrelu {
  const { name } = definition;
  let ops: RreluOps | undefined;
  const opsOf = () => (ops ??= makeOps(definition as unknown as ElementwiseDefinition));
  const fn = elementwise<RreluParameters>(definition, (caller, op, x, options) => {
    const given = readGiven(caller, OPTIONS, options);
    for (let i = 3; i < 7; i++) if (given[i] !== undefined) return opsOf().drawn.apply(caller, op, x, given);
    return applyUnaryRead(caller, op, x, given);
  });
  const gradient = (caller: string, isGradient: boolean, x: unknown, dy: unknown, options: unknown) => {
    const given = readGiven(caller, GRADIENT_OPTIONS, options);
    const { drawn, derivative } = opsOf();
    return given[3] === undefined
      ? applyUnaryRead(caller, derivative, x, given, isGradient, dy)
      : drawn.applyGradient(caller, derivative, isGradient, x, dy, given);
  };
  const members = {
    derivative: (x: unknown, options?: unknown, ...surplus: unknown[]) => {
      if (surplus.length > 0) refuseSurplus(`${name}.derivative`, surplus, 2);
      return gradient(`${name}.derivative`, false, x, undefined, options);
    },
    backward: (x: unknown, dy: unknown, options?: unknown, ...surplus: unknown[]) => {
      if (surplus.length > 0) refuseSurplus(`${name}.backward`, surplus, 3);
      return gradient(`${name}.backward`, true, x, dy, options);
    },
  };
  noteImport(preluModule);
  return Object.assign(fn, members) as unknown as Rrelu;
}

type RreluOps = ReturnType<typeof makeOps>;

function makeOps(definition: ElementwiseDefinition) {
  const drawn: RreluOp = makeRreluOp(definition);
  return { drawn, derivative: unaryOps(definition).derivative };
}
