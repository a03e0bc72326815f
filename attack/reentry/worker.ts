/** Runs cases of re-entry from a number on, and tells which one is next before each. */

import * as lanewise from "lanewise";
import { cases } from "./cases.js";

/** What the worker sends. */
export type Told =
  | { readonly kind: "next"; readonly index: number; readonly name: string }
  | { readonly kind: "failed"; readonly name: string; readonly message: string }
  | { readonly kind: "end"; readonly count: number };

const [backend, first, form, seed, only] = process.argv.slice(2);
lanewise.useBackend(backend as lanewise.BackendName);
const tell = (told: Told) => process.send!(told);
let index = 0;
for (const { name, run } of cases(form === "long", Number(seed))) {
  if (only && !name.includes(only)) continue;
  if (index++ < Number(first)) continue;
  tell({ kind: "next", index: index - 1, name });
  try {
    lanewise.useBackend(backend as lanewise.BackendName);
    run();
  } catch (error) {
    tell({ kind: "failed", name, message: error instanceof Error ? error.message : String(error) });
  }
}
tell({ kind: "end", count: index });
process.disconnect();
