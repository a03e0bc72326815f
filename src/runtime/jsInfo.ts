/** What `backends` tells of plain JavaScript, in `lanewise/js` too. */

import type { BackendInfo } from "./backends.js";

/** In what the results of the other backends differ from those of simd. */
export const OTHER_DIGITS = "its last digits differ from those of simd";

export function jsInfo(): BackendInfo {
  return {
    name: "js",
    available: true,
    note: `${OTHER_DIGITS}, and of the functions that call Math also from engine to engine`,
  };
}
