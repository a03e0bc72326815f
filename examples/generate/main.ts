/** Prints text that a small network writes, character by character; with `--train`, trains the network. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Command, Option } from "commander";
import { createSampler, type Filter } from "lanewise/sampling";
import { messageOf } from "../../src/cli/errors.js";
import { parseInteger } from "../../src/cli/options.js";
import { asFileError } from "../../src/cli/systemErrors.js";
import { styled } from "../../src/cli/terminal.js";
import { createBar } from "../digits/progress.js";
import { GivenFilters, unescape } from "./filters.js";
import { SETTINGS } from "./learner.js";
import { CharacterModel } from "./model.js";
import { alternativesPerLine, headOfAlternatives, lineWidth, lineOfAlternatives, TextWriter } from "./terminal.js";
import { loadText, TEXT } from "./text.js";
import { train } from "./train.js";

interface Options {
  readonly prompt?: string;
  readonly length: number;
  readonly seed?: number;
  readonly endTokens?: string;
  readonly whenEmpty: "argmax" | "throw";
  readonly show?: number | true;
  readonly train?: true;
  readonly epochs: number;
  readonly text: string;
  readonly weights: string;
}

const WEIGHTS = fileURLToPath(new URL("weights.bin", import.meta.url));

/** What is applied where no filter is given. */
const USUAL = ["--temperature", "0.7", "--min-p", "0.05"];

const ABOUT = `
Filters and penalties are applied in the order in which they are given here,
which matters: a temperature before --top-p changes what that cuts, one behind
it does not. One of a single value may be given several times. Without any:
${USUAL.join(" ")}.

Examples:
  $ npm run generate -- --top-p 0.9 --temperature 0.8
  $ npm run generate -- --prompt "Mr. Darcy" --seed 7 --length 200
  $ npm run generate -- --temperature 1.5 --top-n-sigma 1
  $ npm run generate -- --top-k 3 --show --length 20
  $ npm run generate -- --train --text mine.txt --weights mine.bin
  $ npm run generate -- --weights mine.bin`;

/** What is said of an argument that is no option's: npm takes options for its own where no -- is before them, and leaves their values. */
const SURPLUS =
  "there are options alone: write them behind --, as in `npm run generate -- --top-p 0.9`, and what the text begins with as --prompt";

const HEADINGS = {
  filters: "Filters:",
  penalties: "Penalties and bans, where what occurred includes the prompt:",
};

function commandWith(filters: GivenFilters): Command {
  const training = "Training:";
  const command = new Command("generate")
    .usage("[options]")
    .description("Writes text like that of Pride and Prejudice, character by character.")
    .helpOption("-h, --help", "show this help")
    .optionsGroup("Text:")
    .option("--prompt <text>", "how it begins; \\n is a new paragraph", unescape)
    .addOption(new Option("--length <n>", "how many characters to write").argParser(parseInteger(0)).default(500))
    .addOption(new Option("--seed <n>", "the same seed gives the same text").argParser(parseInteger(0, 2 ** 32 - 1)))
    .option("--end-tokens <chars>", "end at one of these characters", unescape)
    .addOption(
      new Option("--when-empty <what>", "where filters leave nothing").choices(["argmax", "throw"]).default("throw"),
    )
    .addOption(new Option("--show [n]", "show the n likeliest, and which are cut").argParser(parseInteger(1)))
    .addOption(new Option("--weights <file>", "of another network").default(WEIGHTS, "the one here"))
    .addHelpText("after", ABOUT)
    .exitOverride()
    .configureHelp({ styleUsage: () => "npm run generate -- [options]" })
    .configureOutput({ outputError: () => undefined });
  filters.addTo(command, HEADINGS);
  return command
    .addOption(new Option("--train", "train a network, and write its weights").helpGroup(training))
    .addOption(new Option("--text <file>", "what it learns from").default(TEXT, "the one here").helpGroup(training))
    .addOption(
      new Option("--epochs <n>", "how often it reads all of that")
        .argParser(parseInteger(1))
        .default(SETTINGS.epochs)
        .helpGroup(training),
    );
}

/** Trains a network, and writes its weights. */
function trainAndWrite({ text, weights, epochs, seed = SETTINGS.seed }: Options): void {
  const learned = reading(text, () => loadText(text));
  const bar = createBar("training");
  const begin = performance.now();
  let note = "";
  const { about, bytes } = train(learned, { ...SETTINGS, epochs, seed }, (done, total, loss) => {
    const elapsed = (performance.now() - begin) / 1000;
    note = `loss ${loss.toFixed(3)}`;
    bar.update(done / total, `${note}, ${((elapsed * (total - done)) / done).toFixed(0)} s left`);
  });
  bar.stop(`${note}, ${about.heldOutLoss.toFixed(3)} on the text that was held out`);
  const before = existsSync(weights) ? read(weights) : undefined;
  writeFileSync(weights, bytes);
  const kilobytes = `${(bytes.length / 1000).toFixed(0)} kB`;
  const same = before === undefined ? "" : before.equals(bytes) ? ", the same as before" : ", other ones than before";
  console.log(`${weights}: ${kilobytes} of weights${same}`);
}

/** Reads a file; an error names it. */
function reading<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asFileError(error, path, "read");
  }
}

/** The bytes of a file. */
function read(path: string): Buffer {
  return reading(path, () => readFileSync(path));
}

/** The model of a file of weights. */
function modelOf(path: string): CharacterModel {
  const bytes = new Uint8Array(read(path)).buffer;
  try {
    return CharacterModel.fromWeights(bytes);
  } catch (error) {
    throw new Error(`${path} has no weights that --train wrote`, { cause: error });
  }
}

/** Writes text. */
async function generate(options: Options, filters: GivenFilters): Promise<void> {
  const { prompt = "", length, endTokens = "", whenEmpty, weights, show } = options;
  const model = modelOf(weights);
  const encode = (text: string) => model.encode(text);
  const made: readonly Filter[] = filters.make({ encode, endTokens });
  encode(endTokens);
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 32);
  const sampler = createSampler(made, { seed, whenEmpty });
  sampler.accept(encode(prompt));
  process.stderr.write(`${styled(`--seed ${seed} ${filters}`, "dim")}\n`);

  const top = show === undefined ? 0 : Math.min(show === true ? alternativesPerLine() : show, model.vocabulary.length);
  const writer = new TextWriter((written) => process.stdout.write(written), lineWidth());
  if (top > 0) console.log(headOfAlternatives());
  else for (const character of prompt) writer.write(character);
  let text = prompt;
  for (let i = 0; i < length; i++) {
    const logits = model.logits(text);
    let character: string;
    if (top > 0) {
      const drawn = sampler.draw(logits, { top });
      character = model.vocabulary[drawn.token];
      console.log(lineOfAlternatives(text, model.vocabulary, drawn));
    } else {
      character = model.vocabulary[sampler.next(logits)];
      writer.write(character);
    }
    text += character;
    if (endTokens.includes(character)) break;
    // So that an error of standard output, whose reader may have gone, is told.
    await setImmediate();
  }
  if (top === 0) process.stdout.write("\n");
}

/** Shows an error. */
function fail(error: unknown): void {
  const message = messageOf(error);
  if (message === undefined) return;
  process.exitCode = 1;
  // What the sampler says of its own option.
  const text = message
    .replace('whenEmpty: "argmax"', "--when-empty argmax")
    .replace(/^(next|draw): /, "")
    .replace(/^too many arguments.*/, SURPLUS);
  process.stderr.write(`generate: ${text}\n\`npm run generate -- --help\` shows all options.\n`);
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // The reader of a pipe has seen enough.
  if (error.code !== "EPIPE") fail(asFileError(error, "standard output", "written"));
  process.exit();
});

try {
  const filters = new GivenFilters();
  const options = commandWith(filters).parse(process.argv).opts<Options>();
  if (options.train) trainAndWrite(options);
  else {
    const usual = new GivenFilters();
    if (filters.isEmpty) commandWith(usual).parse(USUAL, { from: "user" });
    await generate(options, filters.isEmpty ? usual : filters);
  }
} catch (error) {
  fail(error);
}
