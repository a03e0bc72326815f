/**
 * Calls functions on an array of more than 2^31 elements, whose indices 32 bits with a sign don't hold. It takes minutes, 8 GiB of
 * memory that is only reserved, since a new array of zeros takes none until it is written to, and with `--write` these 8 GiB indeed.
 *
 *   npm run huge              what reads such an array
 *   npm run huge -- --write   also what writes one as large
 */

import { parseArgs } from "node:util";
import {
  argmax,
  greater,
  hardmax,
  sample,
  type SampleOptions,
  softmaxCrossEntropy,
  topK,
  useBackend,
} from "../src/index.js";

const { values } = parseArgs({ options: { write: { type: "boolean", default: false } } });

const length = 2 ** 31 + 64;
const index = 2 ** 31 + 5;
const x = new Float32Array(length);
x[index] = 100;

let failed = 0;

/** Prints what a call gives, and whether that is what is wanted. */
function check(name: string, call: () => unknown, wanted: unknown): void {
  const start = performance.now();
  let found: unknown;
  try {
    found = call();
  } catch (error) {
    found = String(error);
  }
  const isRight = wanted instanceof RegExp ? wanted.test(String(found)) : found === wanted;
  if (!isRight) failed++;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${isRight ? "right" : "WRONG"}  ${name}: ${String(found)}  (${seconds} s)`);
}

const filters: SampleOptions[] = [{ topK: 3 }, { topP: 0.5 }, { minP: 0.5 }, {}];

for (const backend of ["simd", "js"] as const) {
  useBackend(backend);
  check(`${backend} argmax`, () => argmax(x), index);
  check(
    `${backend} argmax with options`,
    () => argmax(x, {}),
    /^RangeError: argmax: the axis must have at most 2147483648/,
  );
  check(`${backend} topK`, () => topK(x, 2), /^RangeError: topK: logits must have at most 2147483648 elements/);
  for (const options of filters) {
    const name = `${backend} sample by ${JSON.stringify(options)}`;
    check(name, () => sample(x, { ...options, temperature: 0.5, random: () => 0.5 }), index);
  }
  check(
    `${backend} greater`,
    () => {
      const mask = greater(x);
      return `${mask[index]} ${mask[5]} ${mask.indexOf(1)}`;
    },
    `1 0 ${index}`,
  );
  check(`${backend} softmaxCrossEntropy`, () => softmaxCrossEntropy(x, Int32Array.of(5)), 100);
}
if (values.write) {
  useBackend("simd");
  check(
    "simd hardmax",
    () => {
      hardmax(x, { shape: [length], out: x });
      return `${x[index]} ${x[5]} ${x.indexOf(1)}`;
    },
    `1 0 ${index}`,
  );
}
if (failed > 0) process.exitCode = 1;
