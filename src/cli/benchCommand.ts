/** `lanewise bench` on the command line. */

import type { Command } from "commander";
import { parseInteger } from "./options.js";
import { elementwiseNames } from "./targets.js";

/** What is measured if nothing is named. */
const USUAL = ["relu", "sigmoid", "tanh", "gelu", "exp", "softmax", "logSoftmax", "argmax"];

/** Elements of an array: they stay in the cache, and what a call itself takes is little beside them. */
const SIZE = 10_000;

/** With more, the least number of rounds of all functions takes longer than is promised. */
const MAX_SIZE = 1_000_000;

const HELP = `
Takes float32 arrays and gives results to an array that is there: f(x, { out }).
Copying to and from the memory of the kernels counts. Plain JavaScript is the
fastest of the loops that are worth trying. The candidates have their turns one
after the other; times are nanoseconds an element, "median (minimum)".

Examples:
  $ lanewise bench
  $ lanewise bench gelu softmax --size 1000
  $ lanewise bench ${elementwiseNames.slice(0, 3).join(" ")}`;

/** Adds the command. */
export function addBenchCommand(program: Command): void {
  program
    .command("bench")
    .description("Measures functions on this machine, beside plain JavaScript, in less than 20 seconds.")
    .argument("[names...]", `functions (default: ${USUAL.join(", ")})`)
    .option("--size <elements>", "elements of an array", parseInteger(1, MAX_SIZE), SIZE)
    .addHelpText("after", HELP)
    .action(async (names: readonly string[], { size }: { size: number }) => {
      const { measure } = await import("./bench.js");
      process.stdout.write(`${await measure([...new Set(names.length > 0 ? names : USUAL)], size)}\n`);
    });
}
