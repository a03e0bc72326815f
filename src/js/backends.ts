/** In the place of runtime/backends.ts where there are no kernels (`lanewise/js`): plain JavaScript is the only backend. */

import type { BackendInfo, BackendName } from "../runtime/backends.js";

export function activeScratch(): null {
  return null;
}

export function backend(): BackendName {
  return "js";
}

export function backends(): BackendInfo[] {
  return [{ name: "js", available: true }];
}

export function useBackend(name: BackendName): void {
  if (name !== "js") throw new RangeError(`useBackend: lanewise/js has no backend "${String(name)}", only "js"`);
}

export async function ready(): Promise<BackendName> {
  return "js";
}
