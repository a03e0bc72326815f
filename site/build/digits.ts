/**
 * Trains the network that `npm start` trains, and stores its weights as float16, with some test digits, for the page of digits.
 * Does nothing where site/generated/digits.bin was made by the same code.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fromFloat16, toFloat16 } from "lanewise/float16";
import { type Digits, loadDigits, PIXELS } from "../../examples/digits/data.js";
import { createLearner, SETTINGS, SIZES } from "../../examples/digits/learner.js";
import type { Network } from "../../examples/digits/network.js";
import { createBar } from "../../examples/digits/progress.js";
import { accuracy, likeliest, predict, trainEpoch } from "../../examples/digits/train.js";
import { join, split } from "../src/digits/file.js";
import { hashOf } from "./stamp.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const target = `${root}site/generated/digits.bin`;

/** What the weights depend on; the kernels are those of the network's two functions. */
const code = [
  ...["data", "dense", "learner", "network", "random", "shape", "train"].map((name) => `examples/digits/${name}.js`),
  ...["sigmoid", "softmax"].map((name) => `src/generated/modules/${name}.ts`),
  ...["examples/packing.ts", "site/build/digits.ts", "site/src/digits/file.ts", "src/float16.ts"],
];

/** Wrongly read digits among those that are stored. */
const WRONG = 2;

const hash = hashOf(code);
if (!existsSync(target) || hashIn(target) !== hash) await make();

async function make(): Promise<void> {
  const test = loadDigits("test");
  const network = train(loadDigits("train"));
  const weights = parametersOf(network).map((parameters) => toFloat16(parameters));
  // The page computes with the rounded weights, and so does what is said of them.
  parametersOf(network).forEach((parameters, i) => parameters.set(fromFloat16(weights[i])));
  const probabilities = predict(network, test, SETTINGS.batch);
  const chosen = choose(probabilities, test);
  const bytes = chosen.flatMap((i) => [...test.bytes.subarray(i * PIXELS, (i + 1) * PIXELS)]);
  const file = join(
    {
      hash,
      sizes: SIZES,
      accuracy: accuracy(probabilities, test.labels),
      tested: test.count,
      samples: chosen.map((i) => ({ index: i, label: test.labels[i] })),
    },
    weights,
    Uint8Array.from(bytes),
  );
  mkdirSync(fileURLToPath(new URL("../generated/", import.meta.url)), { recursive: true });
  writeFileSync(target, file);
}

function train(digits: Digits): Network {
  const { network, random } = createLearner();
  const bar = createBar("training on the digits");
  let note = "";
  for (let epoch = 0; epoch < SETTINGS.epochs; epoch++) {
    trainEpoch(network, digits, SETTINGS, epoch, random, (done, loss) => {
      note = `epoch ${epoch + 1} of ${SETTINGS.epochs}, loss ${loss.toFixed(4)}`;
      bar.update((epoch + done) / SETTINGS.epochs, note);
    });
  }
  bar.stop(note);
  return network;
}

/** The weights and the bias of each layer. */
function parametersOf({ layers }: Network): Float32Array[] {
  return layers.flatMap(({ weights, bias }) => [weights, bias]);
}

/** The first test digit of each kind that is read right, and those that are read wrong with most confidence. */
function choose(probabilities: Float32Array, { labels }: Digits): number[] {
  const answers = Array.from(labels, (_, i) => likeliest(probabilities, i));
  const right = Array.from({ length: 10 }, (_, kind) => labels.findIndex((label, i) => label === kind && answers[i] === kind));
  const confidence = (i: number) => probabilities[i * 10 + answers[i]];
  const wrong = [...labels.keys()].filter((i) => answers[i] !== labels[i]);
  wrong.sort((a, b) => confidence(b) - confidence(a));
  return [...right, ...wrong.slice(0, WRONG)];
}

/** The hash in a file that may be damaged, so that it is made anew. */
function hashIn(path: string): string | undefined {
  try {
    return split(new Uint8Array(readFileSync(path)).buffer).about.hash;
  } catch {
    return undefined;
  }
}
