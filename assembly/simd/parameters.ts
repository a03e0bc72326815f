/** The parameters of elementwise functions, such as negativeSlope. */

import { PARAMETERS } from "../layout";
import { constant } from "./vector";

/** Parameter number i in every lane. The caller has written it to memory as a number of type T (src/runtime/instance.ts). */
@inline
export function parameter<T>(i: usize): v128 {
  return constant<T>(PARAMETERS + i * 4, PARAMETERS + i * 8);
}
