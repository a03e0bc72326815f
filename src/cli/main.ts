/** The command line, `npx lanewise`. */

import { Command, CommanderError } from "commander";
import { addApplyCommand } from "./applyCommand.js";
import { addBenchCommand } from "./benchCommand.js";
import { exitCodeOf, messageOf } from "./errors.js";
import { addInfoCommand, addListCommand, packageVersion } from "./info.js";
import { joinNumbers, unknownOptionAdvice } from "./options.js";
import { addPlotCommand } from "./plotCommand.js";
import { asFileError } from "./systemErrors.js";

const EXAMPLES = `
Examples:
  $ lanewise plot sigmoid tanh --derivative
  $ lanewise plot gelu silu mish --domain -4 2 -o curves.svg
  $ lanewise apply softmax logits.npy --temperature 0.7 -o probabilities.npy
  $ lanewise bench gelu softmax
  $ lanewise list

\`lanewise COMMAND --help\` shows more of each.
Exit codes: 0, 1 (failed), 2 (the command line is wrong).`;

/** The program for a command line, whose functions bring options of their own. */
function programFor(args: readonly string[]): Command {
  const program = new Command("lanewise")
    .description("The nonlinear functions of neural networks: see them, apply them to files, measure them.")
    .version(packageVersion(), "-V, --version", "show the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .addHelpText("after", EXAMPLES)
    .exitOverride()
    // Errors are shown by `fail`.
    .configureOutput({ outputError: () => undefined });
  addPlotCommand(program, args);
  addApplyCommand(program, args);
  addBenchCommand(program);
  addInfoCommand(program);
  addListCommand(program);
  return program;
}

/** Shows an error, and sets the exit code. */
function fail(error: unknown, args: readonly string[]): void {
  process.exitCode = exitCodeOf(error);
  // The reader of a pipe has seen enough.
  if ((error as NodeJS.ErrnoException | null)?.code === "EPIPE") return;
  const message = messageOf(error);
  if (message === undefined) return;
  const isUnknown = error instanceof CommanderError && error.code === "commander.unknownOption";
  const flag = /unknown option '([^']*)'/.exec(message)?.[1];
  const advice = isUnknown && flag !== undefined && !message.includes("\n") ? unknownOptionAdvice(flag) : "";
  const command = args.find((arg) => ["plot", "apply", "bench", "info", "list"].includes(arg));
  const help =
    process.exitCode === 2 ? `\n\`lanewise ${command === undefined ? "" : `${command} `}--help\` shows examples.` : "";
  process.stderr.write(`lanewise: ${message}${advice}${help}\n`);
}

const args = joinNumbers(process.argv.slice(2));

/** Ends the command at once: what comes from elsewhere than the command itself may come again. */
function exitWith(error: unknown): never {
  fail(error, args);
  process.exit();
}

// Such errors come to the writer, too, who is not waited for.
process.stdout.on("error", (error) => exitWith(asFileError(error, "standard output", "written")));
process.on("uncaughtException", exitWith);

try {
  await programFor(args).parseAsync(args, { from: "user" });
} catch (error) {
  fail(error, args);
}
