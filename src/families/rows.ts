/** Functions over rows: from an op's definition to a public function, with its gradient. */

import type { FloatArray, NewArray, SameType } from "../args/dtype.js";
import { type OutOr, refuseSurplus } from "../args/options.js";
import { maskModule } from "../generated/modules/mask.js";
import { type AnyKernels, type ModuleText, noteImport } from "../runtime/modules.js";
import { named } from "./elementwise.js";
import { makeRowOp } from "./lazy.js";
import type { RowOp } from "./rowOp.js";

/** Options of every function over rows. */
export interface RowOptions<A = FloatArray> {
  /** The lengths of the axes, in C order; their product is the length of the array. Default: one axis, all of it. */
  readonly shape?: readonly number[] | undefined;
  /**
   * The axis along which the rows lie; negative ones count from the end. A list of adjacent axes in their order, such as [1, 2],
   * stands for the one that they make up together. Default: -1, the last.
   */
  readonly axis?: number | readonly number[] | undefined;
  /** The array to write to, of the type and length of the result; may be an input itself. Default: a new array. */
  readonly out?: A | undefined;
}

/** Options of functions over rows whose elements may be masked. */
export interface MaskedOptions<A = FloatArray> extends RowOptions<A> {
  /**
   * 1 where an element is valid, 0 where it is masked; any other byte counts as 1. Of the full shape, or of its last axes and then
   * repeated over the others. Only its length is looked at: of a shape [batch, heads, queries, keys] a mask of batch times keys elements is taken
   * for one of queries and keys if there are as many queries as batches. `maskShape` says which it is. Default: all are valid.
   */
  readonly mask?: Uint8Array | undefined;
  /**
   * The lengths of the axes of `mask`, which is repeated as NumPy broadcasts: counted from the last, each axis is 1 or as long as
   * that axis of `shape`, and there may be fewer. Default: the last axes of `shape` that have as many elements as `mask`.
   *
   * @example
   * softmax(scores, { shape: [batch, heads, n, n], mask: padding, maskShape: [batch, 1, 1, n] });
   */
  readonly maskShape?: readonly number[] | undefined;
  /**
   * Of the last two axes, queries and keys, query i sees only the keys up to keys - queries + i, as in the attention of a language
   * model: the last query sees all of them, also those of a cache; of a square, row i has its first i + 1 elements. A query that
   * sees nothing, of more queries than keys, is a row that is all masked. With "upper-left", query i sees the keys up to i, however
   * many there are. Default: false.
   */
  readonly causal?: boolean | "upper-left" | undefined;
}

/** Options of softmax and its family: functions of x / temperature. */
export interface SoftmaxOptions<A = FloatArray> extends MaskedOptions<A> {
  /** The number that elements are divided by, from 1e-30 to 1e30; for a Float32Array rounded to float32. Default: 1. */
  readonly temperature?: number | undefined;
}

/** Options of gradients of softmax and its family. */
export interface SoftmaxGradientOptions<A = FloatArray> extends RowOptions<A> {
  /** The temperature of the function. Default: 1. */
  readonly temperature?: number | undefined;
}

/** A function over rows whose elements may be masked, with its gradient. */
export interface MaskedFunction {
  /**
   * The function of every row of an array.
   *
   * @param x a Float32Array or Float64Array
   * @param options `shape`: the lengths of the axes in C order, default one axis; `axis`: the one along which the rows lie,
   *   default -1, the last; `mask`: a Uint8Array, 1 where an element is valid, of the full shape or of its last axes (only its
   *   length is looked at), or of `maskShape`, which is broadcast to the shape; `causal`: whether query i, of queries and
   *   keys as the last two axes, sees only the keys up to keys - queries + i, or with "upper-left" those up to i; `out`: the array to
   *   write to, of the type and length of x; it may be x itself, or overlap it. Default: a new array.
   * @returns `out`, or a new array of the type and length of x
   * @throws {TypeError} if an array is of another type, shapes or axis are no integers, causal is none of its values, maskShape comes
   *   without a mask, or there is no such option
   * @throws {RangeError} if the axis is out of range, the shape has another number of elements, an array has another length,
   *   maskShape doesn't broadcast to the shape, or causal needs another shape
   */
  <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
    x: A & object,
    options?: MaskedOptions<O>,
  ): OutOr<O, NewArray<A>>;
  readonly backward: {
    /**
     * The gradient of a loss with respect to x, from the output y.
     *
     * @param y the output of the function (not its input)
     * @param dy the gradient with respect to y: an array of the type and length of y
     * @param options `shape`, `axis`, and `out`, which may be y or dy itself
     * @returns `out`, or a new array of the type and length of y
     * @throws {TypeError | RangeError} as the function itself
     */
    <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
      y: A & object,
      dy: SameType<A>,
      options?: RowOptions<O>,
    ): OutOr<O, NewArray<A>>;
  };
  /** The definition. */
  readonly definition: RowDefinition;
}

/** softmax or one of its family, with its gradient. */
export interface SoftmaxFunction {
  /**
   * The function of every row of an array.
   *
   * @param x a Float32Array or Float64Array
   * @param options `shape`: the lengths of the axes in C order, default one axis; `axis`: the one along which the rows lie,
   *   default -1, the last; `temperature`: what elements are divided by, default 1; `mask`: a Uint8Array, 1 where an element is
   *   valid, of the full shape or of its last axes (only its length is looked at), or of `maskShape`, which is broadcast to the
   *   shape; `causal`: whether query i, of queries and keys as the last two axes, sees only the keys up to keys - queries + i, or with
   *   "upper-left" those up to i; `out`: the array to write to, of the type and length of x; it may be x itself, or overlap it.
   *   Default: a new array.
   * @returns `out`, or a new array of the type and length of x
   * @throws {TypeError} if an array is of another type, shapes or axis are no integers, temperature is no number, causal none
   *   of its values, maskShape comes without a mask, or there is no such option
   * @throws {RangeError} if the axis or the temperature is out of range, the shape has another number of elements, an array
   *   has another length, maskShape doesn't broadcast to the shape, or causal needs another shape
   */
  <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
    x: A & object,
    options?: SoftmaxOptions<O>,
  ): OutOr<O, NewArray<A>>;
  readonly backward: {
    /**
     * The gradient of a loss with respect to x, from the output y, which tells what was masked.
     *
     * @param y the output of the function (not its input)
     * @param dy the gradient with respect to y: an array of the type and length of y
     * @param options `shape`, `axis`, `temperature` as given to the function, and `out`, which may be y or dy itself
     * @returns `out`, or a new array of the type and length of y
     * @throws {TypeError | RangeError} as the function itself
     */
    <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
      y: A & object,
      dy: SameType<A>,
      options?: SoftmaxGradientOptions<O>,
    ): OutOr<O, NewArray<A>>;
  };
  /** The definition. */
  readonly definition: RowDefinition;
}

/** The formula on one row: elements `at`, `at + stride` … of the inputs; `row` is where a reduced result goes. */
export type RowFormula = (
  inputs: readonly FloatArray[],
  out: FloatArray,
  at: number,
  stride: number,
  columns: number,
  row: number,
  temperature: number,
) => void;

/** A pass in a definition (see `RowPass`), with the names of its kernels. */
export interface PassDefinition<N extends string = string> {
  readonly kernel: N;
  readonly columns?: N;
  readonly reads: readonly (0 | 1 | "out")[];
  readonly writes: boolean;
  readonly finish?: N;
  readonly finishColumns?: N;
  readonly repeats?: boolean;
  readonly optional?: boolean;
}

/** The definition of a function over rows. `K` is the type of its module's kernels. */
export interface RowDefinition<K extends object = AnyKernels> {
  /** The name of the public function, for errors. */
  readonly name: string;
  readonly family: "softmax";
  /** The embedded kernels; without any, the formula computes it everywhere. */
  readonly module?: ModuleText<K>;
  /** The names of the inputs: x, or y and dy, or x and dy of a gradient that takes the input. */
  readonly inputs: readonly string[];
  /** The name of the kernels that take whole rows, less the type. */
  readonly kernel?: keyof K & string;
  /** A row gives one element. */
  readonly reduces?: boolean;
  /** That element is an index in the row: the result is an Int32Array, and a row must have elements. */
  readonly index?: boolean;
  /** It takes a temperature. */
  readonly hasTemperature?: boolean;
  /** It takes weights. */
  readonly hasWeights?: boolean;
  /** It takes a mask: what masked elements give. */
  readonly maskedFill?: number | undefined;
  /** Its kernels know of the triangle of causal attention; others have it as a mask. */
  readonly hasCausalKernel?: boolean;
  /** It is the function of -x, or its gradient. */
  readonly negates?: boolean;
  /** Up to so many elements of one row the formula is faster than the kernels, and gives the same bits. */
  readonly maxScalarLength?: number;
  /** The largest error of a float32 result in units in the last place; gradients have no such bound. */
  readonly ulp?: number;
  readonly formula: RowFormula;
  /** The names of the kernels that begin a row, and rows side by side. */
  readonly begin?: keyof K & string;
  readonly beginColumns?: keyof K & string;
  /** The passes over rows that are too long for the scratch memory, or lie side by side. */
  readonly passes?: readonly PassDefinition<keyof K & string>[];
}

/**
 * Makes the public function of a definition.
 *
 * @param make makes its op, at the first call
 * @param hasGradient whether it has `backward`
 */
export function rowFunction<F>(
  definition: RowDefinition,
  make: (definition: RowDefinition) => RowOp,
  hasGradient = false,
): F {
  const { name } = definition;
  let op: RowOp | undefined;
  const call = (x: unknown, options?: unknown, ...surplus: unknown[]) => {
    if (surplus.length > 0) refuseSurplus(name, surplus, 2);
    return (op ??= make(definition)).apply(x, options);
  };
  const backward = (y: unknown, dy: unknown, options?: unknown, ...surplus: unknown[]) => {
    if (surplus.length > 0) refuseSurplus(`${name}.backward`, surplus, 3);
    return (op ??= make(definition)).applyBackward(y, dy, options);
  };
  if (definition.module !== undefined) {
    noteImport(definition.module);
    if (definition.maskedFill !== undefined) noteImport(maskModule);
  }
  const members = hasGradient ? { backward, definition } : { definition };
  return Object.assign(named(name, call), members) as unknown as F;
}

/** Makes a function with a temperature, from its definition and its gradient's. */
export function softmaxFunction(definition: RowDefinition, gradient: RowDefinition): SoftmaxFunction {
  return rowFunction(definition, (definition) => makeRowOp(definition, gradient), true);
}
