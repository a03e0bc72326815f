/**
 * Makes the site in site/dist/, which needs no network.
 *
 *   npm run site:build
 *   npm run site         makes it, serves it and opens it
 */

import { parseArgs } from "node:util";
import { preview } from "vite";
import { configFile, makeSite } from "./make.js";

const { values: options } = parseArgs({ options: { open: { type: "boolean", default: false } } });

await makeSite();
if (options.open) {
  const server = await preview({ configFile, preview: { open: true } });
  server.printUrls();
}
