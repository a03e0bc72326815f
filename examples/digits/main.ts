/**
 * Trains a network on the 60,000 MNIST digits with lanewise's functions, tests it on 10,000 others, measures the
 * functions that everyone starts from on all pixels, and writes report/index.html with every function's picture.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";
import { backend, exp, functions, relu, sigmoid, step, tanh } from "lanewise";
import { loadDigits } from "./data.js";
import { createLearner, SETTINGS, SIZES } from "./learner.js";
import { measure, type Speed } from "./measure.js";
import { createBar } from "./progress.js";
import { buildReport, type Epoch } from "./report.js";
import { accuracy, predict, trainEpoch } from "./train.js";

/** Softmax is measured besides. */
const MEASURED = [step, sigmoid, tanh, relu, exp];

const digits = loadDigits("train");
const test = loadDigits("test");
const { network, random } = createLearner();

console.log(`Training ${SIZES.join("-")} on ${count(digits.count)} digits, backend ${backend()}`);
const epochs = trainAndShow();
const probabilities = predict(network, test, SETTINGS.batch);
const right = percent(accuracy(probabilities, test.labels));
console.log(`Accuracy on the ${count(test.count)} test digits: ${right}\n`);
// The network still holds its last batch of test digits: the derivatives of sigmoid at its hidden units' pre-activations.
const derivatives = network.sums.slice(0, -1).flatMap((sums) => [...sigmoid.derivative(sums)]);

const speeds = measureAndShow();
const machine = `${cpus()[0].model.trim()}, Node ${process.versions.node}, lanewise's backend ${backend()}`;
const conditions = `all ${count(digits.pixels.length)} pixels of the training digits, each divided by 255 (0 to 1)`;
console.log(`Nanoseconds an element over ${conditions}.\n${machine}.`);
console.log(speedTable());

const report = new URL("../../report/index.html", import.meta.url);
mkdirSync(new URL(".", report), { recursive: true });
const date = new Date().toISOString().slice(0, 10);
const page = buildReport({ functions, epochs, test, probabilities, derivatives, speeds, conditions, machine, date });
writeFileSync(report, page);
console.log(`\nThe report: ${relative(process.cwd(), fileURLToPath(report))}, ${report}`);

function trainAndShow(): Epoch[] {
  const begin = performance.now();
  const epochs: Epoch[] = [];
  for (let epoch = 0; epoch < SETTINGS.epochs; epoch++) {
    const bar = createBar(`epoch ${epoch + 1} of ${SETTINGS.epochs}`);
    let note = "";
    const losses = trainEpoch(network, digits, SETTINGS, epoch, random, (done, loss) => {
      const elapsed = (performance.now() - begin) / 1000;
      const left = elapsed * (SETTINGS.epochs / (epoch + done) - 1);
      note = `loss ${loss.toFixed(4)}`;
      bar.update(done, `${note}, ${left.toFixed(0)} s left`);
    });
    const share = accuracy(predict(network, test, SETTINGS.batch), test.labels);
    epochs.push({ losses, accuracy: share });
    const elapsed = (performance.now() - begin) / 1000;
    bar.stop(`${note}, test accuracy ${percent(share)}, ${elapsed.toFixed(1)} s`);
  }
  return epochs;
}

function measureAndShow(): Speed[] {
  const bar = createBar("measuring");
  const speeds: Speed[] = [];
  for (const speed of measure(digits, MEASURED)) {
    speeds.push(speed);
    bar.update(speeds.length / (MEASURED.length + 1), speed.name);
  }
  bar.stop(`${speeds.length} functions`);
  return speeds;
}

function speedTable(): string {
  const head = ["function", "plain JS", "lanewise", "ratio", "largest error, ulp"];
  const style = { head: [], border: [], compact: true };
  const table = new Table({ head, colAligns: ["left", "right", "right", "right", "right"], style });
  for (const { name, plain, lanewise, ulp } of speeds) {
    table.push([name, plain.toFixed(2), lanewise.toFixed(2), (plain / lanewise).toFixed(1), ulp.toFixed(2)]);
  }
  return table.toString();
}

function count(n: number): string {
  return n.toLocaleString("en");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
