/** In the place of exec/rows/driver.ts where there are no kernels (`lanewise/js`). */

import type { RowCall } from "../exec/rows/call.js";
import { checkNotFreed } from "../runtime/placements.js";

export function runRows(call: RowCall): void {
  checkNotFreed(call.caller, ...call.inputs, call.out);
  const { layout, reduces } = call;
  if (layout.rows > 0 && (layout.columns > 0 || reduces)) call.formula();
}
