/** In the place of runtime/backends.ts where there are no kernels (`lanewise/js`): plain JavaScript is the only backend. */

import type { BackendChoice, BackendInfo, BackendName } from "../runtime/backends.js";
import { jsInfo } from "../runtime/jsInfo.js";

export function activeScratch(): null {
  return null;
}

export function backend(): BackendName {
  return "js";
}

export function backends(): BackendInfo[] {
  return [jsInfo()];
}

export function useBackend(name: BackendChoice): BackendName {
  if (name !== "js" && name !== "reproducible") {
    throw new RangeError(
      `useBackend: lanewise/js has no backend "${String(name)}", only "js", which "reproducible" chooses too`,
    );
  }
  return "js";
}

export async function ready(): Promise<BackendName> {
  return "js";
}
