/**
 * Makes the site in site/dist/, which needs no network.
 *
 *   npm run site:build
 *   npm run site         makes it, serves it and opens it
 */

import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { build, preview } from "vite";
import { prepare } from "./prepare.js";

const { values: options } = parseArgs({ options: { open: { type: "boolean", default: false } } });
const configFile = fileURLToPath(new URL("../vite.config.ts", import.meta.url));

await prepare();
await build({ configFile, logLevel: "warn" });
if (options.open) {
  const server = await preview({ configFile, preview: { open: true } });
  server.printUrls();
}
