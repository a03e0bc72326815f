/** Softmax over the scores of attention: its options and call signatures. */

import type { FloatArray, NewArray, SameType } from "../args/dtype.js";
import { type OutOr, refuseSurplus } from "../args/options.js";
import { attentionModule } from "../generated/modules/attention.js";
import { maskModule } from "../generated/modules/mask.js";
import { noteImport } from "../runtime/modules.js";
import type { AttentionOp } from "./attentionOp.js";
import { type Elementwise, type ElementwiseDefinition, named } from "./elementwise.js";
import { makeAttentionOp } from "./lazy.js";
import type { MaskedOptions, RowDefinition, RowOptions } from "./rows.js";

/** How scores of attention become what softmax is taken of. */
export interface ScoreOptions {
  /** What the scores are multiplied with first, from 1e-30 to 1e30: 1 / √d of heads of d numbers. Default: 1. */
  readonly scale?: number | undefined;
  /** The scaled scores become softcap·tanh(score / softcap), which is within ±softcap; from 1e-30 to 1e30. Default: they stay. */
  readonly softcap?: number | undefined;
}

/** Options of `attentionSoftmax`. */
export interface AttentionSoftmaxOptions<A = FloatArray> extends MaskedOptions<A>, ScoreOptions {
  /**
   * Numbers that are added to the scaled and capped scores (ALiBi, relative positions), of their type; -Infinity masks. Of the full
   * shape, or of its last axes and then repeated over the others, or of `biasShape`. Default: nothing is added.
   */
  readonly bias?: SameType<A> | FloatArray | undefined;
  /**
   * The lengths of the axes of `bias`, which is repeated as NumPy and ONNX broadcast: counted from the last, each axis is 1 or as long
   * as that axis of `shape`, and there may be fewer. Default: the last axes of `shape` that have as many elements as `bias`.
   */
  readonly biasShape?: readonly number[] | undefined;
}

/** Options of the gradient of `attentionSoftmax` with respect to the scores. */
export interface AttentionSoftmaxGradientOptions<A = FloatArray> extends RowOptions<A>, ScoreOptions {
  /** The scores that the function was given, which the gradient depends on where they were capped. Default: none, without a softcap. */
  readonly scores?: FloatArray | undefined;
}

/** Options of the gradient of `attentionSoftmax` with respect to its bias. */
export interface BiasGradientOptions<A = FloatArray> extends RowOptions<A> {
  /** As given to the function; where that took the last axes of `shape`, these. Default: `shape`. */
  readonly biasShape?: readonly number[] | undefined;
}

/** `attentionSoftmax` and its gradients. */
export interface AttentionSoftmax {
  /**
   * The probabilities of every row of scores.
   *
   * @param x the scores, a Float32Array or Float64Array
   * @param options `shape`: the lengths of the axes in C order, default one axis; `axis`: the one along which the keys lie, default -1,
   *   the last; `scale`: what the scores are multiplied with, default 1; `softcap`: the bound of the scaled scores, default none;
   *   `bias`: what is added to them, of the type of x; `biasShape`: its shape, which is broadcast to the shape; `mask`: a Uint8Array, 1
   *   where an element is valid, of the full shape or of its last axes, or of `maskShape`, which is broadcast likewise; `causal`:
   *   whether query i, of queries and keys as the last two axes, sees only the keys up to keys - queries + i, or with "upper-left"
   *   those up to i; `out`: the array to write to, of the type and length of x; it may be x itself, or overlap it. Default: a new array.
   * @returns `out`, or a new array of the type and length of x
   * @throws {TypeError} if an array is of another type, shapes or axis are no integers, scale or softcap is no number, causal none
   *   of its values, biasShape comes without a bias, maskShape without a mask, or there is no such option
   * @throws {RangeError} if the axis, scale or softcap is out of range, the shape has another number of elements, an array has another
   *   length, biasShape or maskShape doesn't broadcast to the shape, or causal needs another shape
   */
  <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
    x: A & object,
    options?: AttentionSoftmaxOptions<O>,
  ): OutOr<O, NewArray<A>>;
  readonly backward: {
    /**
     * The gradient of a loss with respect to the scores, from the output y, which tells what was masked.
     *
     * @param y the output of the function (not its input)
     * @param dy the gradient with respect to y: an array of the type and length of y
     * @param options `shape`, `axis`, `scale` and `softcap` as given to the function; `scores`: with a softcap, the scores that
     *   it was given; `out`, which may be any of the arrays
     * @returns `out`, or a new array of the type and length of y
     * @throws {TypeError} also if softcap comes without scores
     * @throws {TypeError | RangeError} as the function itself
     */
    <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
      y: A & object,
      dy: SameType<A>,
      options?: AttentionSoftmaxGradientOptions<O>,
    ): OutOr<O, NewArray<A>>;
  };
  readonly biasGradient: {
    /**
     * The gradient of a loss with respect to the bias: that of the sums that softmax was taken of, summed in float64 with compensation
     * over the axes that the bias was repeated over. It depends on neither scale nor softcap.
     *
     * @param y the output of the function (not its input)
     * @param dy the gradient with respect to y: an array of the type and length of y
     * @param options `shape` and `axis` as given to the function; `biasShape`: the shape of the bias, default that of the scores; `out`:
     *   the array to write to, of the type of y and as many elements as the bias. Default: a new array.
     * @returns `out`, or a new array of the type of y
     * @throws {TypeError | RangeError} as the function itself
     */
    <A extends number | FloatArray, O extends SameType<A> | undefined = NewArray<A>>(
      y: A & object,
      dy: SameType<A>,
      options?: BiasGradientOptions<O>,
    ): OutOr<O, NewArray<A>>;
  };
  /** The definition. */
  readonly definition: RowDefinition;
}

/** Makes the public function of softmax's definition and its gradient's, and of tanh, by which scores are capped. */
export function attentionFunction(
  definition: RowDefinition,
  gradient: RowDefinition,
  tanh: Elementwise,
): AttentionSoftmax {
  const { name } = definition;
  let op: AttentionOp | undefined;
  const opOf = () => (op ??= makeAttentionOp(definition, gradient, tanh.definition as ElementwiseDefinition));
  const call = (x: unknown, options?: unknown, ...surplus: unknown[]) => {
    if (surplus.length > 0) refuseSurplus(name, surplus, 2);
    return opOf().apply(x, options);
  };
  const backward = (y: unknown, dy: unknown, options?: unknown, ...surplus: unknown[]) => {
    if (surplus.length > 0) refuseSurplus(`${name}.backward`, surplus, 3);
    return opOf().applyBackward(y, dy, options);
  };
  const biasGradient = (y: unknown, dy: unknown, options?: unknown, ...surplus: unknown[]) => {
    if (surplus.length > 0) refuseSurplus(`${name}.biasGradient`, surplus, 3);
    return opOf().biasGradient(y, dy, options);
  };
  noteImport(definition.module!);
  noteImport(maskModule);
  noteImport(attentionModule);
  noteImport(tanh.definition.module);
  return Object.assign(named(name, call), { backward, biasGradient, definition }) as unknown as AttentionSoftmax;
}
