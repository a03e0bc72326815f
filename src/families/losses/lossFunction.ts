/** Public functions of losses: what a call does with its arguments. */

import { refuseSurplus } from "../../args/options.js";
import { type AnyKernels, type ModuleText, noteImport } from "../../runtime/modules.js";
import { named } from "../elementwise.js";

/** A loss and its gradients, for arguments of any kind. */
export interface LossOp {
  apply(x: unknown, targets: unknown, options: unknown): unknown;
  applyBackward(x: unknown, targets: unknown, options: unknown): unknown;
  applyBackwardTargets?(x: unknown, targets: unknown, options: unknown): unknown;
}

/**
 * Makes the public function of a definition.
 *
 * @param make makes its op, at the first call
 * @param hasSoftTargets whether it has `backwardTargets`, the gradient with respect to targets that are floats
 * @param module its kernels, if it has any
 */
export function lossFunction<F, K extends object = AnyKernels>(
  definition: { readonly name: string },
  make: () => LossOp,
  hasSoftTargets = false,
  module?: ModuleText<K>,
): F {
  const { name } = definition;
  let op: LossOp | undefined;
  const call = (x: unknown, targets: unknown, options?: unknown, ...surplus: unknown[]) => {
    if (surplus.length > 0) refuseSurplus(name, surplus, 3);
    return (op ??= make()).apply(x, targets, options);
  };
  const backward = (x: unknown, targets: unknown, options?: unknown, ...surplus: unknown[]) => {
    if (surplus.length > 0) refuseSurplus(`${name}.backward`, surplus, 3);
    return (op ??= make()).applyBackward(x, targets, options);
  };
  const backwardTargets = (x: unknown, targets: unknown, options?: unknown, ...surplus: unknown[]) => {
    if (surplus.length > 0) refuseSurplus(`${name}.backwardTargets`, surplus, 3);
    return (op ??= make()).applyBackwardTargets!(x, targets, options);
  };
  if (module !== undefined) noteImport(module);
  const members = hasSoftTargets ? { backward, backwardTargets, definition } : { backward, definition };
  return Object.assign(named(name, call), members) as unknown as F;
}
