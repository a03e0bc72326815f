/** Tables in the terminal. */

import Table from "cli-table3";
import { hasColours } from "./terminal.js";

/** A table with a head; columns from `numbersFrom` on hold numbers. It has no frame, so that other programs can read it too. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[], numbersFrom = Infinity): string {
  const none = ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"];
  const inner = ["left", "left-mid", "mid", "mid-mid", "right", "right-mid"];
  const table = new Table({
    head: [...head],
    chars: { ...Object.fromEntries([...none, ...inner].map((name) => [name, ""])), middle: "  " },
    colAligns: head.map((_, i) => (i < numbersFrom ? "left" : "right")),
    style: { head: hasColours() ? ["bold"] : [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
