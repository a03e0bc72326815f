/** Makes the site. */

import { fileURLToPath } from "node:url";
import { build } from "vite";
import { prepare } from "./prepare.js";

export const configFile = fileURLToPath(new URL("../vite.config.ts", import.meta.url));

/** Makes the site in site/dist/, with all that it needs. */
export async function makeSite(): Promise<void> {
  await prepare();
  await build({ configFile, logLevel: "warn" });
}
