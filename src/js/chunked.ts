/** In the place of exec/chunked.ts where there are no kernels (`lanewise/js`). */

import type { ChunkedCall } from "../exec/call.js";
import { runFormula } from "../exec/formula.js";
import { checkNotFreed } from "../runtime/placements.js";

export function runCall<R>(call: ChunkedCall<R>): R {
  checkNotFreed(call.caller, ...call.operands.map(({ array }) => array), call.sink.out);
  return runFormula(call);
}

export function pad(): number {
  return 0;
}
