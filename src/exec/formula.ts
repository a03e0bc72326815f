/** The fallback: a call that is computed by its formula in plain JavaScript. */

import { apart, type ChunkedCall } from "./call.js";

/** Computes a call by its formula, and gives what it returns. */
export function runFormula<R>(call: ChunkedCall<R>): R {
  call.computation.formula(apart(call).map(({ array }) => array));
  return call.sink.result();
}
