/** Masks and signs, as a change of x before the kernels of rows read it. */

import type { DType } from "../../args/dtype.js";
import { copyMask } from "../../args/mask.js";
import { maskModule } from "../../generated/modules/mask.js";
import type { Instance } from "../../runtime/instance.js";
import { kernelPair } from "../../runtime/kernels.js";
import type { Change, ChangeViews } from "./call.js";

/** Negates x before the other kernels read it. */
export const negate = /* @__PURE__ */ kernelPair(maskModule, "mask_negate");
const fillMask = /* @__PURE__ */ kernelPair(maskModule, "maskedFill");

/** Negates elements, or masks them, or both. */
export class MaskChange implements Change {
  constructor(
    private readonly dtype: DType,
    private readonly mask: Uint8Array | undefined,
    private readonly negates: boolean,
  ) {}

  prepare(instance: Instance): boolean {
    return (this.negates ? negate : fillMask).of(instance, this.dtype) !== null;
  }

  load(start: number, stride: number, n: number, to: ChangeViews, at: number): void {
    if (this.mask !== undefined) copyMask(this.mask, start, stride, n, to.bytes, at);
  }

  run(instance: Instance, x: number, mask: number, n: number, dst: number): void {
    if (this.negates) {
      negate.of(instance, this.dtype)!(x, dst, n);
      x = dst;
    }
    if (this.mask !== undefined) fillMask.of(instance, this.dtype)!(x, mask, dst, n);
  }
}
