/** `lanewise plot`: functions as a picture in a file, or in the terminal. */

import { type Command, Option } from "commander";
import { addParameters, parseInteger, parseInterval, parseNumbers, parseOutput, targetsAmong } from "./options.js";

/** The options as commander gives them; parameters of functions are among them. */
export interface PlotOptions {
  readonly derivative?: true;
  readonly error?: true;
  readonly domain?: [number, number];
  readonly layers?: number;
  readonly logits?: number[];
  readonly temperature?: number[];
  readonly title?: string;
  readonly width?: number;
  readonly height?: number;
  readonly output?: string;
}

const EXAMPLES = `
Examples:
  $ lanewise plot sigmoid tanh --derivative
  $ lanewise plot leakyRelu elu --negative-slope 0.2 --domain -4 2 -o curves.svg
  $ lanewise plot gelu silu mish --title "Nearly the same" -o curves.html
  $ lanewise plot softmax --logits 2 1 0.1 --temperature 0.5 1 2
  $ lanewise plot gradient-flow sigmoid tanh relu --layers 20
  $ lanewise plot linear-collapse -o collapse.svg
  $ lanewise plot tanh --error -o error.svg

Without -o the plot is drawn in the terminal; NO_COLOR=1 leaves out the colours.
A .png needs @resvg/resvg-js beside lanewise: npm install @resvg/resvg-js`;

/** Adds the command. */
export function addPlotCommand(program: Command, args: readonly string[]): void {
  const command = program
    .command("plot")
    .summary("draw functions, in the terminal or to a file")
    .description("Draws functions of one number as curves, or one of softmax, gradient-flow, linear-collapse.")
    .argument(
      "<names...>",
      "functions (`lanewise list` shows them); or softmax; or gradient-flow and functions; or linear-collapse",
    )
    .option("-d, --derivative", "draw the derivatives too")
    .addOption(
      new Option("--domain <from> <to>", "the first and the last x (default: that of the functions)").argParser(
        parseInterval,
      ),
    )
    .option("--error", "draw the error of float32 results in ulp, of one function")
    .addOption(
      new Option("--layers <count>", "gradient-flow: how many layers (default: 10)").argParser(parseInteger(1)),
    )
    .addOption(new Option("--logits <numbers>", "softmax: the logits, such as 2 1 0.1").argParser(parseNumbers))
    .addOption(
      new Option("--temperature <numbers>", "softmax: one temperature or several (default: 0.5 1 2)").argParser(
        parseNumbers,
      ),
    )
    .option("--title <text>", "the title")
    .addOption(
      new Option("--width <size>", "the width in pixels (640), or in letters of the terminal").argParser(
        parseInteger(20),
      ),
    )
    .addOption(
      new Option("--height <size>", "the height in pixels (400), or in lines of the terminal").argParser(
        parseInteger(10),
      ),
    )
    .option("-o, --output <file>", "write a .svg, .html or .png", parseOutput())
    .addHelpText("after", EXAMPLES)
    .action(async (names: readonly string[], options: PlotOptions) => {
      // What draws takes longer to load than all other commands.
      const { draw } = await import("./pictures.js");
      await draw(names, options);
    });
  addParameters(command, targetsAmong(args));
}
