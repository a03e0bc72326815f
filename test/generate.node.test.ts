import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { useBackend } from "lanewise";
import * as sampling from "lanewise/sampling";
import { describe, expect, it } from "vitest";
import { createRandom } from "../examples/digits/random.js";
import { filterDescriptions, GivenFilters } from "../examples/generate/filters.js";
import { Learner, lossOn, SETTINGS } from "../examples/generate/learner.js";
import { CharacterModel, encode } from "../examples/generate/model.js";
import { Network } from "../examples/generate/network.js";
import { lineOfAlternatives, TextWriter } from "../examples/generate/terminal.js";
import { loadText } from "../examples/generate/text.js";
import { BEGINNING, hashOf, hashOfText, train } from "../examples/generate/train.js";
import { readAbout, readWeights, sizeOf } from "../examples/generate/weights.js";
import { environment, fileOf, root } from "./support/commandLine.js";
import { gradientByDifferences } from "./support/differences.js";

const bytes = new Uint8Array(readFileSync(join(root, "examples/generate/weights.bin"))).buffer;
const text = loadText();
const model = CharacterModel.fromWeights(bytes);

describe("the network of characters", () => {
  const size = { characters: 5, units: 6 };
  const [rows, steps] = [2, 3];
  const read = Int32Array.of(0, 3, 1, 1, 4, 2);
  const targets = Int32Array.of(1, 1, 4, 2, 0, 3);
  const network = new Network(size, rows, steps, createRandom(3));
  // Weights and a state that are not small, so that gradients stand well above float32's rounding.
  for (const { parameters } of network.learned) parameters.forEach((weight, i) => (parameters[i] = 2 * weight + 0.1));
  network.state.forEach((_, i, state) => (state[i] = Math.sin(i)));
  const loss = () => {
    network.read(read);
    return network.backward(read, targets);
  };

  it("has the gradients that finite differences have", () => {
    for (const [at, { parameters, gradient }] of network.learned.entries()) {
      loss();
      const analytic = gradient.slice();
      const numeric = gradientByDifferences(parameters, loss);
      const largest = Math.max(...analytic.map(Math.abs));
      expect(largest).toBeGreaterThan(1e-3);
      analytic.forEach((value, i) => expect(Math.abs(value - numeric[i]), `${at}, ${i}`).toBeLessThan(0.01 * largest));
    }
  });

  it("learns, and the same each time", () => {
    const lines = Array.from({ length: 60 }, (_, i) =>
      i % 3 === 0 ? "to be, or not to be\n" : "that is the question\n",
    );
    const small = {
      vocabulary: [...new Set(lines.join(""))].sort().join(""),
      training: lines.join(""),
      heldOut: lines[0],
    };
    const settings = { ...SETTINGS, units: 16, rows: 4, steps: 16, epochs: 30 };
    const told: [done: number, total: number, loss: number][] = [];
    const run = () => train(small, settings, (...step) => told.push(step));
    const first = run();
    const [[, total, before]] = told;
    expect(told.map(([done]) => done)).toEqual(Array.from({ length: total }, (_, i) => i + 1));
    expect(before).toBeGreaterThan(0.9 * Math.log(small.vocabulary.length));
    expect(told.at(-1)![2]).toBeLessThan(before / 2);
    expect(run()).toEqual(first);
    expect(train(small, { ...settings, seed: 2 }, () => undefined).bytes).not.toEqual(first.bytes);
  });
});

describe("the weights of the repository", () => {
  const about = readAbout(bytes);
  const network = new Network(sizeOf(about), 1, 1, () => 0.5);
  readWeights(bytes, network);

  it("are of this text and these settings, and of training as it is: its first steps give what they gave then", () => {
    expect([about.vocabulary, about.settings]).toEqual([text.vocabulary, SETTINGS]);
    expect(about.text).toBe(hashOfText(text));
    useBackend("simd");
    const learner = new Learner(text, SETTINGS);
    while (learner.done < BEGINNING) learner.learn();
    expect(hashOf(learner.network)).toBe(about.beginning);
  });

  it("tell the text that was held out better than pairs of characters do, and as well as their file says", () => {
    useBackend("simd");
    const loss = lossOn(text.heldOut, text.vocabulary, network, sizeOf(about));
    expect(loss).toBe(about.heldOutLoss);
    expect(loss).toBeLessThan(0.7 * bigramLoss());
  });

  it("are light", () => {
    expect(bytes.byteLength).toBeLessThan(300_000);
    expect(readFileSync(join(root, "examples/generate/text.txt")).length).toBeLessThan(300_000);
  });
});

/** The mean cross-entropy of the text that was held out by counts of pairs of characters in the other, each pair counted once more. */
function bigramLoss(): number {
  const { vocabulary, training, heldOut } = text;
  const count = vocabulary.length;
  const pairs = new Float64Array(count * count).fill(1);
  const learned = encode(training, vocabulary);
  for (let i = 1; i < learned.length; i++) pairs[learned[i - 1] * count + learned[i]]++;
  const told = encode(heldOut, vocabulary);
  let loss = 0;
  for (let i = 1; i < told.length; i++) {
    const row = pairs.subarray(told[i - 1] * count, (told[i - 1] + 1) * count);
    loss -= Math.log(row[told[i]] / row.reduce((sum, n) => sum + n, 0));
  }
  return loss / (told.length - 1);
}

describe("the model", () => {
  it("gives the same logits whether it has read the beginning before or not", () => {
    const fresh = CharacterModel.fromWeights(bytes);
    const long = "Mr. Darcy was ";
    const grown = Array.from(long, (_, i) => model.logits(long.slice(0, i + 1)));
    expect(grown.at(-1)).toEqual(fresh.logits(long));
    expect(fresh.logits("Mr.")).toEqual(grown[2]);
    expect(fresh.logits("Mrs")).not.toEqual(grown[2]);
    expect(fresh.logits(long)).toEqual(grown.at(-1));
    expect(fresh.logits("")).toEqual(fresh.logits("\n"));
    expect(fresh.logits("").length).toBe(fresh.vocabulary.length);
  });

  it("knows what comes next", () => {
    const likeliest = (context: string) =>
      model.decode([sampling.createSampler([sampling.temperature(0)]).next(model.logits(context))]);
    expect(["Mr. Bingle", "Elizabet", "She was q", "Netherfiel"].map(likeliest)).toEqual(["y", "h", "u", "d"]);
  });

  it("refuses characters that it doesn't know, and bytes that are no weights", () => {
    expect(() => model.logits("Zoë")).toThrow(RangeError);
    expect(() => model.logits("Zoë")).toThrow('there is no character "ë"');
    expect(() => CharacterModel.fromWeights(bytes.slice(0, -2))).toThrow();
    const longer = new Uint8Array(bytes.byteLength + 2);
    longer.set(new Uint8Array(bytes));
    expect(() => CharacterModel.fromWeights(longer.buffer)).toThrow(`the weights end at byte ${bytes.byteLength}`);
    expect(model.decode(model.encode("Jane."))).toBe("Jane.");
  });
});

/** The text of filters. */
function writeBy(filters: readonly sampling.Filter[], length = 300, seed = 5): string {
  const sampler = sampling.createSampler(filters, { seed, whenEmpty: "argmax" });
  let written = "";
  for (let i = 0; i < length; i++) written += model.vocabulary[sampler.next(model.logits(written))];
  return written;
}

/** The text of a command line's filters. */
function write(args: readonly string[], length?: number, seed?: number): string {
  const given = new GivenFilters();
  const command = new Command().exitOverride().configureOutput({ outputError: () => undefined });
  given.addTo(command, { filters: "", penalties: "" });
  command.parse(args, { from: "user" });
  return writeBy(given.make({ encode: (characters) => model.encode(characters), endTokens: "." }), length, seed);
}

describe("filters on the command line", () => {
  const others = ["createSampler", "acceptDraft", "beamTopK", "gumbelSoftmax"];

  it("are all that lanewise/sampling has", () => {
    const names = Object.keys(sampling).filter((name) => !others.includes(name));
    expect(filterDescriptions.map(({ name }) => name).sort()).toEqual(names.sort());
  });

  const plain = write([]);

  it.each([
    ["--temperature 0.5", sampling.temperature(0.5)],
    ["--dynamic-temperature 0.2,2", sampling.dynamicTemperature({ min: 0.2, max: 2 })],
    ["--dynamic-temperature 0.2,2,3", sampling.dynamicTemperature({ min: 0.2, max: 2, exponent: 3 })],
    ["--top-k 2", sampling.topK(2)],
    ["--top-p 0.3", sampling.topP(0.3)],
    ["--min-p 0.5", sampling.minP(0.5)],
    ["--typical-p 0.3", sampling.typicalP(0.3)],
    ["--epsilon-cutoff 0.2", sampling.epsilonCutoff(0.2)],
    ["--eta-cutoff 0.3", sampling.etaCutoff(0.3)],
    ["--top-n-sigma 0.5", sampling.topNSigma(0.5)],
    ["--top-a 0.9", sampling.topA(0.9)],
    ["--top-h 0.2", sampling.topH(0.2)],
    ["--xtc-probability 0.5", sampling.xtc({ probability: 0.5 })],
    ["--xtc-probability 1 --xtc-threshold 0.05", sampling.xtc({ probability: 1, threshold: 0.05 })],
    ["--mirostat 1 --mirostat-tau 1", sampling.mirostat({ version: 1, tau: 1 })],
    ["--mirostat 2 --mirostat-tau 1 --mirostat-eta 0.5", sampling.mirostat({ version: 2, tau: 1, eta: 0.5 })],
    ["--repetition-penalty 3", sampling.repetitionPenalty(3)],
    ["--presence-penalty 2", sampling.presencePenalty(2)],
    ["--frequency-penalty 0.5", sampling.frequencyPenalty(0.5)],
    ["--no-repeat-ngram-size 2", sampling.noRepeatNgramSize(2)],
    ["--dry-multiplier 5", sampling.dry({ multiplier: 5 })],
    [
      "--dry-multiplier 5 --dry-base 2 --dry-allowed-length 1 --dry-last-tokens 90 --dry-sequence-breakers .e",
      sampling.dry({
        multiplier: 5,
        base: 2,
        allowedLength: 1,
        lastTokens: 90,
        sequenceBreakers: model.encode(".e"),
      }),
    ],
    ["--logit-bias e=-9", sampling.logitBias([[model.encode("e")[0], -9]])],
    ["--banned-tokens eE", sampling.bannedTokens(model.encode("eE"))],
    ["--allowed-tokens ab\\n", sampling.allowedTokens([...model.encode("ab\n")])],
    ["--bad-words the", sampling.badWords([model.encode("the")])],
    ["--min-length 299", sampling.minLength(299, model.encode("."))],
  ])("%s is that filter, and changes the text", (line, filter) => {
    const written = write(line.split(" "));
    expect(written).toBe(writeBy([filter]));
    expect(written).not.toBe(plain);
  });

  it("do what they are called", () => {
    expect(write(["--banned-tokens", "eE"])).not.toMatch(/e/i);
    expect(write(["--logit-bias", "e=-Infinity"])).not.toContain("e");
    expect(write(["--bad-words", "the", "--bad-words", "and"])).not.toMatch(/the|and/);
    expect(write(["--allowed-tokens", "ab\\n"])).toMatch(/^[ab\n]+$/);
    expect(write(["--min-length", "299"]).slice(0, 299)).not.toContain(".");
    expect(
      new Set(Array.from(write(["--no-repeat-ngram-size", "3"], 200).matchAll(/(?=(...))/gs), ([, three]) => three))
        .size,
    ).toBe(198);
    expect(write(["--temperature", "0"], 300, 1)).toBe(write(["--top-k", "1"], 300, 2));
  });

  it("are applied in the order in which they are given, several times too", () => {
    const [temperature, topP] = [sampling.temperature(2), sampling.topP(0.5)];
    const [before, behind] = [writeBy([temperature, topP]), writeBy([topP, temperature])];
    expect(before).not.toBe(behind);
    expect(write("--temperature 2 --top-p 0.5".split(" "))).toBe(before);
    expect(write("--top-p 0.5 --temperature 2".split(" "))).toBe(behind);
    const twice = write("--temperature 2 --top-p 0.5 --temperature 0.5".split(" "));
    expect(twice).toBe(writeBy([temperature, topP, sampling.temperature(0.5)]));
    // A group is applied where its first option stands.
    const groups = [
      "--xtc-threshold 0.05 --top-k 3 --xtc-probability 1",
      "--top-k 3 --xtc-threshold 0.05 --xtc-probability 1",
    ];
    const [first, last] = groups.map((line) => write(line.split(" ")));
    expect(first).not.toBe(last);
    expect(write("--xtc-probability 1 --xtc-threshold 0.05 --top-k 3".split(" "))).toBe(first);
  });

  it.each([
    ["--top-p 3", "--top-p must be from 0 to 1, not 3"],
    ["--top-k 0", "--top-k must be from 1 to Infinity, not 0"],
    ["--top-k 1.5", "--top-k must be an integer, not 1.5"],
    ["--temperature -1", "--temperature must be a finite number from 0 on, not -1"],
    ["--temperature hot", "option '--temperature <t>' argument 'hot' is invalid. It must be a number."],
    ["--xtc-probability 2", "--xtc-probability must be from 0 to 1, not 2"],
    ["--xtc-threshold 0.1", "--xtc-threshold needs --xtc-probability"],
    ["--xtc-probability 1 --xtc-probability 1", "It is given twice."],
    ["--mirostat-tau 3", "--mirostat-tau needs --mirostat"],
    ["--mirostat 3", "It must be an integer from 1 to 2."],
    ["--mirostat 2 --mirostat-tau 0", "--mirostat-tau must be a finite number above 0, not 0"],
    ["--dynamic-temperature 1", "It must be two numbers, the smaller one first, such as 0.5,1.5."],
    ["--dynamic-temperature 2,1", "It must be two numbers, the smaller one first, such as 0.5,1.5."],
    ["--dynamic-temperature 0,1", "--dynamic-temperature: min must be a finite number above 0"],
    ["--logit-bias e", "It must be a character, = and a number: e=-5."],
    ["--banned-tokens ë", 'there is no character "ë"'],
  ])("%s is an error that says so", (line, message) => {
    expect(() => write(line.split(" "))).toThrow(message);
  });
});

describe("what the terminal shows", () => {
  it("breaks lines between words, although it writes character by character", () => {
    const lines = [""];
    const writer = new TextWriter((written) => {
      // eslint-disable-next-line no-control-regex -- the terminal's codes are such characters
      for (const [part, back] of written.matchAll(/\x1b\[(\d+)D\x1b\[K|[^]/g)) {
        if (back !== undefined) lines.push(lines.pop()!.slice(0, -Number(back)));
        else if (part === "\n") lines.push("");
        else lines.push(lines.pop()! + part);
      }
    }, 12);
    for (const character of "to be, or not to be\nincomprehensible things  are") writer.write(character);
    expect(lines.map((line) => line.trimEnd())).toEqual([
      "to be, or",
      "not to be",
      "",
      "incomprehen",
      "sible",
      "things  are",
    ]);
  });

  it("is what was drawn, and the alternatives before and behind the filters", () => {
    const sampler = sampling.createSampler([sampling.topK(2)], { seed: 1 });
    const drawn = sampler.draw(Float32Array.of(Math.log(0.6), Math.log(0.2), Math.log(0.2)), { top: 3 });
    const line = lineOfAlternatives("a text\nthat is long", "e \n", drawn);
    const next = drawn.token === 0 ? "e" : "␣";
    expect(line).toBe(
      `t\nthat is long  ${next}    e  60→ 75  ␣  20→ 25  ↵  20→cut`.replace("\n", "↵").padStart(line.length),
    );
  });
});

describe("npm run generate", () => {
  const run = (...args: string[]) => {
    const program = ["--import", "tsx", join(root, "examples/generate/main.ts"), ...args];
    const { stdout, stderr, status } = spawnSync(process.execPath, program, {
      cwd: root,
      env: { ...environment, COLUMNS: "80" },
    });
    return { out: stdout.toString(), err: stderr.toString(), status };
  };

  it("writes what the seed gives, filters in their order, and says how to have it again", () => {
    const args = ["--top-p", "0.9", "--temperature", "0.8", "--seed", "5", "--length", "300"];
    const { out, err, status } = run(...args);
    expect([status, err]).toEqual([0, "--seed 5 --top-p 0.9 --temperature 0.8\n"]);
    expect(out).toBe(`${write(args.slice(0, 4)).replaceAll("\n", "\n\n")}\n`);
  });

  it("takes a seed of its own, a prompt, and an end", () => {
    const { out, err, status } = run("--prompt", "Mr. Darcy ", "--end-tokens", ".!?", "--length", "2000");
    expect([status, /^--seed \d+ --temperature 0\.7 --min-p 0\.05\n$/.test(err)]).toEqual([0, true]);
    expect(out).toMatch(/^Mr\. Darcy [^.!?]+[.!?]\n$/);
    const [, seed] = /--seed (\d+)/.exec(err)!;
    expect(run("--prompt", "Mr. Darcy ", "--end-tokens", ".!?", "--length", "2000", "--seed", seed).out).toBe(out);
  });

  it("counts the prompt as what occurred", () => {
    const { out } = run(
      "--prompt",
      "a rare and strange",
      "--presence-penalty",
      "99",
      "--temperature",
      "0",
      "--length",
      "20",
    );
    const written = Array.from(out.slice(0, -1));
    expect(new Set(written.slice(18)).size).toBe(20);
    expect(written.slice(18).filter((character) => "a rare and strange".includes(character))).toEqual([]);
  });

  it("shows alternatives", () => {
    const { out, status } = run("--show", "3", "--top-k", "1", "--length", "4", "--prompt", "Mr. Bingl");
    const lines = out.trimEnd().split("\n");
    expect([status, lines.length]).toEqual([0, 5]);
    expect(lines[1]).toMatch(/^ {5}Mr\. Bingl {2}e {4}e +\d+→100( {2}. [ \d.]+→cut){2}$/);
  });

  it.each([
    [["--topp", "3"], "unknown option '--topp'\n(Did you mean --top-p?)"],
    [["--top-p", "3"], "--top-p must be from 0 to 1, not 3"],
    [["--min-length", "3"], "--min-length needs --end-tokens"],
    [["--prompt", "Zoë"], 'there is no character "ë" in the text that the model has learned from'],
    [["--weights", "none.bin"], "there is no file none.bin"],
    [["--weights", "package.json"], "package.json has no weights that --train wrote"],
    [["--train", "--text", "none.txt"], "there is no file none.txt"],
    [["0.9"], "there are options alone: write them behind --, as in `npm run generate -- --top-p 0.9`"],
    [
      ["--no-repeat-ngram-size", "1", "--length", "200"],
      "noRepeatNgramSize leaves no token; with --when-empty argmax the most probable of all is chosen then",
    ],
  ])("%j is an error, exit code 1", (args, message) => {
    const { err, status } = run(...args);
    expect(status).toBe(1);
    expect(err).toContain(`generate: ${message}`);
    expect(err).toMatch(/\n`npm run generate -- --help` shows all options\.\n$/);
  });

  it("has a help that fits 80 columns and has every option", () => {
    const { out, status } = run("--help");
    expect(status).toBe(0);
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
    const flags = filterDescriptions.flatMap(({ options }) => options.map(({ flag }) => flag));
    for (const flag of flags) expect(out).toContain(`  ${flag} <`);
    expect(out).toContain("in the order in which they are given");
  });

  it("trains on a text, and writes the same weights again", () => {
    const [from, weights] = [fileOf("mine.txt"), fileOf("mine.bin")];
    writeFileSync(from, "The cat sat\non the mat.\n\n".repeat(60));
    const args = ["--train", "--text", from, "--weights", weights, "--epochs", "1"];
    const first = run(...args);
    expect([first.err, first.status]).toEqual(["", 0]);
    expect(first.out).toMatch(/^training {2}loss \d\.\d{3}, \d\.\d{3} on the text that was held out\n/);
    const hash = createHash("sha256").update(readFileSync(weights)).digest("hex");
    expect(run(...args).out).toContain("kB of weights, the same as before\n");
    expect(createHash("sha256").update(readFileSync(weights)).digest("hex")).toBe(hash);
    expect(run("--weights", weights, "--length", "20").out.replaceAll("\n", "")).toMatch(/^[The cat sonm.]+$/);
  });
});
