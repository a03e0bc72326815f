/** docs/reliability.md, which the long form writes. */

import { cpus } from "node:os";
import { readFileSync, writeFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { pathOf } from "../bench/paths.js";
import { table } from "../scripts/markdown.js";
import type { PartName, Report } from "./report.js";

const path = pathOf("docs/reliability.md");

/** What a part tries, as the page tells it. */
const titles: Readonly<Record<PartName, string>> = {
  properties: "properties of every function, derivative and gradient on every backend",
  refusals: "bad inputs, each of which must be refused by an error that names the function, with nothing written",
  reentry: "options and arrays that change while they are read",
  environments: "hostile environments",
  soak: "a soak of mixed calls",
};

/** Fills in the counts between the page's markers. */
export async function storeReports(
  reports: readonly (readonly [PartName, Report])[],
  seed: number,
  seconds: number,
): Promise<void> {
  const rows = reports.map(([name, { counts, failures, notes }]) => {
    const counted = Object.entries(counts).map(([what, count]) => `${count.toLocaleString("en")} ${what}`);
    return [titles[name], [...counted, ...notes].join("; "), String(failures.length)];
  });
  const failed = reports.flatMap(([name, { failures }]) =>
    failures.map(({ what, message }) => [name, what, message.split("\n")[0].replaceAll("|", "\\|")]),
  );
  const date = new Date().toISOString().slice(0, 10);
  const [{ model }] = cpus();
  const on = `${date}, Node ${process.versions.node}, ${process.platform} ${process.arch}, ${model.trim()}, seed ${seed}, ${Math.round(seconds / 60)} minutes.`;
  const failures = failed.length === 0 ? "Nothing failed." : table([["part", "what failed", "how"], ...failed]);
  const text = [table([["what was tried", "how much", "failed"], ...rows]), on, failures].join("\n\n");
  const marked = /(<!-- found: [^>]*-->)[^]*?(<!-- end of found -->)/;
  const page = readFileSync(path, "utf8");
  if (!marked.test(page)) throw new Error("docs/reliability.md has no place for what was found");
  const filled = page.replace(marked, (_, begin: string, end: string) => `${begin}\n\n${text}\n\n${end}`);
  writeFileSync(path, await format(filled, { ...(await resolveConfig(path)), filepath: path }));
  console.log("\nStored in docs/reliability.md");
}
