/** `lanewise/float16` */

import { fromFloat16, toFloat16 } from "lanewise/float16";

class Mine extends Float32Array {
  readonly own = 1;
}

declare const mine: Mine, bits: Uint16Array;

export const widened: ReturnType<Float32ArrayConstructor["of"]> = fromFloat16(bits);
export const own: Mine = fromFloat16(bits, { out: mine });
export const narrowed: ReturnType<Uint16ArrayConstructor["of"]> = toFloat16(mine, { out: undefined });
// @ts-expect-error: numbers go to a Float32Array
fromFloat16(bits, { out: bits });
// @ts-expect-error: numbers are no array
toFloat16([1]);
