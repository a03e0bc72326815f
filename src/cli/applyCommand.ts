/** `lanewise apply` on the command line. */

import { type Command, Option } from "commander";
import { apply } from "./apply.js";
import { UsageError } from "./errors.js";
import type { ElementType } from "./npy.js";
import {
  addParameters,
  givenParameters,
  kebab,
  parseInteger,
  parseNumber,
  parseOutput,
  targetsAmong,
} from "./options.js";
import { MAX_UNIT_BYTES } from "./plan.js";
import { STANDARD } from "./streams.js";
import { type Target, targetOf } from "./targets.js";

interface Options extends Readonly<Record<string, unknown>> {
  readonly output: string;
  readonly axis?: number;
  readonly temperature?: number;
  readonly causal?: true;
  readonly gate?: string;
  readonly dtype?: ElementType;
  readonly shape?: number[];
}

const HELP = `
The function is an elementwise one or its derivative (gelu, gelu.derivative),
one of rows (softmax, softmin, logSoftmax, logSumExp, argmax, hardmax,
sparsemax), or a gated one (glu, swiglu and others).

The input is a .npy file of float16, float32 or float64, of any byte order, or
numbers without a header, least byte first, if --dtype says of which type.

The result is of the same type, argmax's are int32; float16 is computed in
float32. It is a .npy file if the input is one, or by its name. It is there once
it is whole: until then it has another name in the same folder.

Files may be larger than memory where rows lie along the last axis. Along
another one, at most ${MAX_UNIT_BYTES / 2 ** 30} GiB is read at once: all axes from that one on.

Examples:
  $ lanewise apply gelu in.npy -o out.npy
  $ lanewise apply gelu.derivative in.npy -o out.npy --approximate tanh
  $ lanewise apply softmax in.npy --temperature 0.7 -o probabilities.npy
  $ lanewise apply softmax in.npy --axis 0 -o columns.npy
  $ lanewise apply leakyRelu - --negative-slope 0.2 --dtype float32 < a > b
  $ lanewise apply logSumExp a --dtype float32 --shape 64 10 -o sums.npy`;

/** Adds the command. */
export function addApplyCommand(program: Command, args: readonly string[]): void {
  const command = program
    .command("apply")
    .summary("compute a function of an array in a file")
    .description("Computes a function of an array in a file, or in standard input.")
    .argument("<function>", "its name: gelu, gelu.derivative, softmax (`lanewise list` shows all)")
    .argument("<input>", "a .npy file, a file of numbers, or - for standard input")
    .option("-o, --output <file>", "where the result goes; - is standard output", parseOutput(), STANDARD)
    .addOption(
      new Option("--axis <number>", "the axis along which rows lie (default: -1, the last)").argParser(
        parseInteger(Number.MIN_SAFE_INTEGER),
      ),
    )
    .addOption(new Option("--temperature <number>", "what elements are divided by (default: 1)").argParser(parseNumber))
    .option("--causal", "query i of queries and keys, the last two axes, sees only the keys up to keys - queries + i")
    .addOption(
      new Option("--gate <half>", "the half of the axis that goes through the gate").choices(["first", "second"]),
    )
    .addOption(
      new Option("--dtype <type>", "the type of numbers without a header").choices(["float16", "float32", "float64"]),
    )
    .addOption(
      new Option(
        "--shape <sizes>",
        "the shape of numbers without a header, such as 64 10 (default: one axis)",
      ).argParser(parseShape),
    )
    .addHelpText("after", HELP)
    .action(async (name: string, input: string, options: Options) => {
      const target = targetOf(name);
      const { axis, dtype, shape, output } = options;
      await apply({ target, input, output, axis, dtype, shape, options: functionOptions(target, options) });
    });
  addParameters(command, targetsAmong(args).slice(0, 1));
}

function parseShape(text: string): number[] {
  return text.split(",").map(parseInteger(0));
}

/** The options of the function itself; none that it doesn't have. */
function functionOptions(target: Target, options: Options): Record<string, unknown> {
  const { kind } = target;
  const has = {
    axis: kind !== "elementwise",
    temperature: kind === "rows" && target.definition.hasTemperature === true,
    causal: kind === "rows" && target.definition.maskedFill !== undefined,
    gate: kind === "gated",
  };
  for (const [name, isThere] of Object.entries(has)) {
    if (options[name] !== undefined && !isThere) throw new UsageError(`${target.name} has no option --${kebab(name)}`);
  }
  const own = ["temperature", "causal", "gate"].filter((name) => options[name] !== undefined);
  return { ...givenParameters(target, options), ...Object.fromEntries(own.map((name) => [name, options[name]])) };
}
