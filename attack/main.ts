/** `npm run attack`: tries to break lanewise. `HELP` in arguments.ts tells its options. */

import { availableParallelism } from "node:os";
import { createBar } from "../examples/digits/progress.js";
import { Slots } from "../scripts/test/slots.js";
import { type Arguments, HELP, readArguments } from "./arguments.js";
import { storeReports } from "./page.js";
import { repeat } from "./properties/run.js";
import type { Failure, PartName, Report } from "./report.js";
import { partNames } from "./report.js";
import { start } from "./start.js";

/** So many examples are printed of what failed with the same words. */
const EXAMPLES = 2;

const args = readArguments(process.argv.slice(2));
if (args === undefined) console.log(HELP);
else if (args.repeated !== undefined) repeat(args.repeated);
else await attack(args);

async function attack(args: Arguments): Promise<void> {
  console.log(`Seed ${args.seed}, ${args.isLong ? "long" : "short"} form, Node ${process.versions.node}`);
  const begun = performance.now();
  const bar = createBar("attack");
  const done = new Map<PartName, number>();
  const reports = new Map<PartName, Report>();
  const slots = new Slots(availableParallelism());
  const runPart = async (name: PartName) => {
    const report = await start(name, args, (part, next) => {
      done.set(name, part);
      bar.update(sum(done) / args.parts.length, `${name}: ${next}`);
    });
    done.set(name, 1);
    reports.set(name, report);
  };
  await Promise.all(args.parts.map((name) => slots.use(() => runPart(name))));
  const seconds = (performance.now() - begun) / 1000;
  bar.stop(`${seconds.toFixed(0)} s`);

  const ordered = partNames.filter((name) => reports.has(name)).map((name) => [name, reports.get(name)!] as const);
  for (const [name, { failures }] of ordered) printFailures(name, failures);
  console.log();
  for (const [name, report] of ordered) console.log(`${name.padEnd(12)}  ${summaryOf(report)}`);
  if (ordered.some(([, { failures }]) => failures.length > 0)) process.exitCode = 1;
  const isWhole = args.isLong && args.parts.length === partNames.length && args.only === undefined;
  if (isWhole) await storeReports(ordered, args.seed, seconds);
}

function sum(numbers: ReadonlyMap<unknown, number>): number {
  return [...numbers.values()].reduce((a, b) => a + b, 0);
}

function summaryOf({ counts, failures, notes }: Report): string {
  const parts = Object.entries(counts).map(([name, count]) => `${count.toLocaleString("en")} ${name}`);
  return [[...parts, `${failures.length} failed`].join(", "), ...notes].join("\n".padEnd(15));
}

/** Examples of failures, of each fault a few: one fault fails many cases. */
function printFailures(name: PartName, failures: readonly Failure[]): void {
  const groups = new Map<string, Failure[]>();
  for (const failure of failures) {
    const { group } = failure;
    groups.set(group, [...(groups.get(group) ?? []), failure]);
  }
  for (const group of groups.values()) {
    const others = group.length - EXAMPLES;
    for (const { what, message, example } of group.slice(0, EXAMPLES)) {
      console.log(`\n${name}: ${what}\n  ${message}\n  ${example.replaceAll("\n", "\n  ")}`);
    }
    if (others > 0)
      console.log(
        `  … and ${others} more: ${group
          .slice(EXAMPLES)
          .map(({ what }) => what)
          .join("; ")
          .slice(0, 400)}`,
      );
  }
}
