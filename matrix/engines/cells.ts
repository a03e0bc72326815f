/** Engines outside of browsers. */

import type { Cell } from "../cell.js";
import { bunDenoCells } from "./bunDeno.js";
import { nodeCells } from "./node.js";
import { oneFileCells } from "./oneFile.js";
import { threadCells } from "./threads.js";
import { workerdCells } from "./workerd.js";

export const engines: readonly Cell[] = [
  ...nodeCells,
  ...threadCells,
  ...bunDenoCells,
  ...workerdCells,
  ...oneFileCells,
];
