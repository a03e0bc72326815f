// @ts-check
// Measures whether lanewise is as much faster than plain JavaScript as it promises, with the backend that this engine
// chooses, copying counted. Fails if it is not.

import { backend } from "lanewise";
import { createInputs, listCases, variantsOf, warmUp } from "./cases.js";
import { race } from "./race.js";
import { digits, ratios } from "./results.js";

/** Times faster on 10,000 floats, at least; on few no slower. */
const promised = { relu: 5, sigmoid: 8, tanh: 12, exp: 8, softmax: 8 };

const SMALL = 4;
const LARGE = 10_000;
const MILLISECONDS = 2000;

const name = backend();
console.log(`Node ${process.versions.node}, ${name}, float32, copying counted, the fastest of interleaved slices\n`);
console.log("function       size   plain JS   lanewise   times faster");

let failed = 0;
const races = listCases(false)
  .filter((subject) => subject.name in promised)
  .map((subject) => {
    const variants = variantsOf(subject, "copied", "float32", [name]);
    warmUp(variants, () => createInputs(SMALL, "float32"));
    return { subject, variants };
  });
for (const { subject, variants } of races) {
  for (const [size, limit] of [
    [SMALL, 1],
    [LARGE, promised[/** @type {keyof typeof promised} */ (subject.name)]],
  ]) {
    const inputs = createInputs(size, "float32");
    const contestants = variants.map((variant) => ({ ...variant, inputs }));
    const times = await race(contestants, size, MILLISECONDS);
    const [ratio] = ratios(times, name);
    const holds = ratio >= limit;
    if (!holds) failed++;
    const nanoseconds = Object.values(times).map(([min]) => `${digits(min)} ns`.padStart(11));
    console.log(
      `${subject.name.padEnd(11)} ${size.toLocaleString("en").padStart(7)}${nanoseconds.join("")}` +
        `   ${`${digits(ratio)}×`.padStart(6)}, wanted ${limit}×${holds ? "" : "  TOO SLOW"}`,
    );
  }
}
if (failed > 0) {
  console.log(`\n${failed} too slow`);
  process.exitCode = 1;
}
