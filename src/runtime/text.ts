/** The texts of the modules, which are embedded. In Node, they are read from files instead (../node/text.ts). */

import type { ModuleText } from "./modules.js";

/** The text of a module. */
export function textOf({ text }: ModuleText): string {
  return text;
}
