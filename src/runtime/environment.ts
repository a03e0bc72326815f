/**
 * LANEWISE_BACKEND. Bundles for browsers, where there is no environment, have noEnvironment.ts in the place of this file: by
 * `browser` of package.json.
 */

import { use } from "./choice.js";

/** Chooses the backend that LANEWISE_BACKEND names, and tells whether it names one. */
export function useEnvironment(): boolean {
  const name = read();
  if (name) use("LANEWISE_BACKEND", name);
  return Boolean(name);
}

/** The variable, where there is an environment that may be read. */
function read(): string | undefined {
  try {
    // Without permission, Deno would stop the program to ask for it on a terminal.
    const mayRead =
      typeof Deno !== "object" ||
      Deno.permissions.querySync({ name: "env", variable: "LANEWISE_BACKEND" }).state === "granted";
    return mayRead && typeof process === "object" ? process?.env?.LANEWISE_BACKEND : undefined;
  } catch {
    return undefined;
  }
}

/** What some runtimes have, and others don't. */
declare const process: { env?: Record<string, string | undefined> } | undefined;
declare const Deno: { permissions: { querySync: (descriptor: object) => { state: string } } } | undefined;
