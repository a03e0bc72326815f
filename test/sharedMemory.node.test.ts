import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Writes to the numbers and to the class indices in shared memory until it is stopped. */
const writer = `
  const { workerData } = require("node:worker_threads");
  const x = new Float32Array(workerData.numbers);
  const doubles = new Float64Array(workerData.doubles);
  const long = new Float32Array(workerData.long);
  const classes = new Int32Array(workerData.classes);
  const stopped = new Int32Array(workerData.stopped);
  const values = [0, 1, -1, 5, 100, -100, 1e4, -1e4, 3e38, -3e38, Infinity, -Infinity, NaN, 1, 1, 1];
  for (let i = 1; Atomics.load(stopped, 0) === 0; i = (i * 1103515245 + 12345) >>> 0) {
    const value = values[(i >>> 8) % values.length];
    const at = (i >>> 4) % x.length;
    if (i % 64 === 0) x.fill(Number.isNaN(value) ? 0 : value), doubles.fill(Number.isNaN(value) ? 0 : value);
    else x[at] = value, doubles[at] = value;
    for (let j = 0; j < 100; j++) long[(i * 97 + j * 10007) % long.length] = (i >>> 8) % 31;
    classes[i % classes.length] = i % 3 === 0 ? i | 0 : i % 5;
    Atomics.store(stopped, 1, 1);
  }`;

/** Calls everything whose indices or loops depend on data, so and so many times, and prints which indices lay outside. */
const program = (backend: string) => `
  import { Worker } from "node:worker_threads";
  import * as lib from "lanewise";
  lib.useBackend(${JSON.stringify(backend)});
  const length = 3000;
  const shared = (bytes) => new SharedArrayBuffer(bytes);
  const data = { numbers: shared(4 * length), doubles: shared(8 * length), classes: shared(40), stopped: shared(8) };
  // Longer than the scratch memory: in passes, of which sparsemax repeats one.
  data.long = shared(4 * 1200000);
  const stopped = new Int32Array(data.stopped);
  const worker = new Worker(${JSON.stringify(writer)}, { eval: true, execArgv: [], workerData: data });
  await new Promise((resolve) => worker.once("online", resolve));
  while (Atomics.load(stopped, 1) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const outside = [];
  let calls = 0;
  const note = (name, get, end) => {
    let indices;
    try {
      indices = [get()].flat();
    } catch (error) {
      // What the logits happen to be may be nothing to choose from.
      if (!/^[\\w.]+: (logits must not hold NaN|there is no logit|the target of row)/.test(error.message)) throw error;
      indices = [];
    }
    calls++;
    for (const index of indices) if (!(Number.isInteger(index) && index >= 0 && index < end)) outside.push(name + " " + index);
  };
  const filters = [{}, { topK: 1 }, { topK: 50, topP: 0.9 }, { topP: 0.5 }, { topP: 0.9 }, { topP: 0.999999 }, { minP: 0.1 }];
  const classes = new Int32Array(data.classes);
  for (const all of [new Float32Array(data.numbers), new Float64Array(data.doubles)]) {
    for (const x of [all.subarray(0, 100), all]) {
      for (let i = 0; i < 200; i++) {
        for (const options of filters) note("sample", () => lib.sample(x, options), x.length);
        note("topK", () => Array.from(lib.topK(x, 20).indices), x.length);
        note("argmax", () => lib.argmax(x), x.length);
        note("argmax", () => Array.from(lib.argmax(x, { shape: [10, x.length / 10], axis: i % 2 })), x.length);
        note("hardmax", () => lib.hardmax(x).indexOf(1) + 1, x.length + 1);
        note("sparsemax", () => Number(lib.sparsemax(x).length === 0), 1);
        note("entmax15", () => Number(lib.entmax15(x).length === 0), 1);
        note("loss", () => Number(typeof lib.softmaxCrossEntropy(x, classes, { shape: [10, x.length / 10] }) !== "number"), 1);
        note("gradient", () => lib.softmaxCrossEntropy.backward(x, classes, { shape: [10, x.length / 10] }).length, x.length + 1);
      }
    }
  }
  const long = new Float32Array(data.long);
  for (let i = 0; i < 20; i++) {
    note("argmax", () => lib.argmax(long), long.length);
    note("hardmax", () => lib.hardmax(long).indexOf(1), long.length);
    note("sparsemax", () => lib.sparsemax(long).length - 1, long.length);
    note("entmax15", () => lib.entmax15(long).length - 1, long.length);
    note("topK", () => Array.from(lib.topK(long, 20).indices), long.length);
    note("sample", () => lib.sample(long, { topP: 0.9 }), long.length);
  }
  Atomics.store(stopped, 0, 1);
  console.log(JSON.stringify({ calls, outside }));`;

it.each(["js", "simd"])(
  "while a worker writes to the arrays, %s ends every call, and no index lies outside",
  (backend) => {
    const { status, stdout, stderr, signal } = spawnSync(
      process.execPath,
      ["--input-type=module", "--eval", program(backend)],
      // Only a loop without an end takes so long.
      { cwd: root, encoding: "utf8", timeout: 240_000 },
    );
    expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({ calls: 2 * 2 * 200 * 15 + 20 * 6, outside: [] });
  },
);
