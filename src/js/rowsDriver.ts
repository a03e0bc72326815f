/** In the place of exec/rows/driver.ts where there are no kernels (`lanewise/js`). */

import type { RowCall } from "../exec/rows/call.js";
import { checkNotFreed } from "../runtime/arena.js";

export function runRows(call: RowCall): void {
  checkNotFreed(call.caller, ...call.inputs, call.out);
  if (call.layout.rows > 0) call.formula();
}
