/** Bundlers: the pages of fixtures/ are built by each, in production and while one develops, and opened in Chromium. */

import type { Cell } from "../cell.js";
import { buildingBundlers, servingBundlers } from "./installed.js";
import { bundlersOfRoot, makeRollup } from "./ofRoot.js";
import { development, otherEntries, production } from "./project.js";
import { metroCells } from "./metro.js";
import { plainCells } from "./plain.js";
import { serverCells } from "./servers.js";

export const bundlers: readonly Cell[] = [
  ...[...bundlersOfRoot, makeRollup("rollup")].map((bundler) => production(bundler, { isQuick: true })),
  ...bundlersOfRoot.flatMap((bundler) => [otherEntries(bundler), development(bundler)]),
  ...buildingBundlers.flatMap((bundler) => [production(bundler), otherEntries(bundler)]),
  ...servingBundlers.map(development),
  ...serverCells,
  ...metroCells,
  ...plainCells,
];
