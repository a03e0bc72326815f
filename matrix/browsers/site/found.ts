/** What a script finds where it runs, as data that can be sent. */

import { sigmoid } from "lanewise";
import { probe } from "../../probe/probe.js";

/** Whether a result of inputs in shared memory, written to shared memory, is that of others; undefined where there is none. */
function isSameWhenShared(): boolean | undefined {
  if (typeof SharedArrayBuffer !== "function") return undefined;
  const shared = () => new Float32Array(new SharedArrayBuffer(4 * 1000));
  const x = shared();
  for (let i = 0; i < x.length; i++) x[i] = (i - 500) / 50;
  return sigmoid(x, { out: shared() }).join() === sigmoid(x.slice()).join();
}

export interface Found {
  readonly probed?: ReturnType<typeof probe>;
  readonly isSame?: boolean | undefined;
  readonly error?: string;
  /** Why there is no such place. */
  readonly skipped?: string;
}

export function found(): Found {
  try {
    return { probed: probe(), isSame: isSameWhenShared() };
  } catch (error) {
    return { error: String(error) };
  }
}

/** What a page sends. */
export interface Report {
  readonly found: Readonly<Record<string, Found>>;
  /** Messages of what was thrown and not caught. */
  readonly thrown: readonly string[];
  readonly origin: string;
  readonly isIsolated: boolean;
  /** Whether the text of a script has to be of a trusted type. */
  readonly requiresTypes: boolean;
}
