/** Measures tfjs with its own kernels and with those of lanewise, by turns, and counts their errors. Argument: milliseconds a measurement. */

import { race, type Racer } from "../../../bench/race.js";
import { errorInUlp } from "../../../bench/ulp.js";
import { logSoftmax, softmax } from "lanewise";
import { kernelNames, registerKernels } from "lanewise/tfjs";
import type { Backend, Errors, FiguresFound, Speed } from "../found.js";
import { type Call, calls, numbers } from "./calls.js";
import { report, tf } from "./tensorflow.js";

const milliseconds = Number(process.argv[2]);

/** Both ways to compute a call: tfjs has another one of logSoftmax, which needs none of its kernels. */
function waysOf({ name, tensorflow }: Call): Readonly<Record<"tfjs" | "lanewise", (x: tf.Tensor) => tf.Tensor>> {
  return { tfjs: name === "LogSoftmax" ? (x) => tf.logSoftmax(x) : tensorflow, lanewise: tensorflow };
}

async function speedOf(backend: Backend, call: Call, isGradient: boolean, size: number): Promise<Speed> {
  const isLogarithm = call.name.startsWith("Log") && call.name !== "LogSoftmax";
  const values = isLogarithm ? numbers(size).map(Math.abs) : numbers(size);
  const isRows = call.name === "Softmax" || call.name === "LogSoftmax" || call.name === "ArgMax";
  const shape = isRows ? [size / 1000, 1000] : [size];
  const x = tf.tensor(values, shape);
  const dy = tf.onesLike(x);
  const ways = waysOf(call);
  const racer = (label: "tfjs" | "lanewise"): Racer => {
    const way = ways[label];
    const f = isGradient ? (tensor: tf.Tensor) => tf.grad(way)(tensor, dy) : way;
    return {
      name: label,
      label,
      form: "new",
      inputs: undefined as never,
      run(times) {
        const registration = label === "lanewise" ? registerKernels(backend, { kernels: kernelNames }) : undefined;
        const begin = performance.now();
        for (let i = 0; i < times; i++) f(x).dispose();
        const time = performance.now() - begin;
        registration?.unregister();
        return Promise.resolve(time);
      },
    };
  };
  const racers = [racer("tfjs"), racer("lanewise")];
  const pairs = await race(racers, size, milliseconds);
  tf.dispose([x, dy]);
  const [tfjs, lanewise] = racers.map((each) => pairs.get(each)!);
  return { backend, name: call.name, isGradient, size, tfjs, lanewise };
}

/** float32 numbers of all magnitudes up to 100, and others that lie dense there: three of four of them. */
function samples(): Float32Array {
  const dense = numbers(300_000, 100, 3);
  const denser = numbers(300_000, 2, 4);
  const bits = Uint32Array.from(numbers(400_000, 1, 5), (x) => Math.floor((x + 1) * 2 ** 31));
  const all = new Float32Array(bits.buffer).filter((x) => Math.abs(x) <= 100);
  return Float32Array.from([...dense, ...denser, ...all, NaN, Infinity, -Infinity, 0]);
}

const x = samples();

/** Rows for softmax. */
const rows = numbers(400_000, 10, 6);
const rowShape: [number, number] = [400, 1000];

/** The exact results of a call, in float64; undefined where there are none to compare with. */
function exactOf({ name, exact, slope }: Call, isGradient: boolean): Float64Array | undefined {
  const of = isGradient ? slope : exact;
  if (of !== undefined) return Float64Array.from(x, of);
  const ofRows = { Softmax: softmax, LogSoftmax: logSoftmax }[name as string];
  return isGradient ? undefined : ofRows?.(Float64Array.from(rows), { shape: rowShape });
}

function errorsOf(backend: Backend, call: Call, isGradient: boolean): Errors | undefined {
  const wanted = exactOf(call, isGradient);
  if (wanted === undefined) return undefined;
  const largest = (f: (x: tf.Tensor) => tf.Tensor) => {
    const got = tf.tidy(() => {
      const given = wanted.length === x.length ? tf.tensor1d(x) : tf.tensor2d(rows, rowShape);
      return (isGradient ? tf.grad(f)(given) : f(given)).dataSync();
    });
    let largest = 0;
    // A zero's sign is of no account here.
    for (let i = 0; i < got.length; i++) largest = Math.max(largest, errorInUlp(got[i] + 0, wanted[i] + 0));
    return String(largest);
  };
  const ways = waysOf(call);
  const tfjs = largest(ways.tfjs);
  const { unregister } = registerKernels(backend, { kernels: kernelNames });
  const lanewise = largest(ways.lanewise);
  unregister();
  return { backend, name: call.name, isGradient, tfjs, lanewise };
}

const speeds: Speed[] = [];
const errors: (Errors | undefined)[] = [];
for (const backend of ["cpu", "wasm"] as const) {
  await tf.setBackend(backend);
  for (const name of kernelNames) {
    const call = calls.find((each) => each.name === name)!;
    for (const isGradient of call.backward ? [false, true] : [false]) {
      for (const size of [1000, 1_000_000]) speeds.push(await speedOf(backend, call, isGradient, size));
      errors.push(errorsOf(backend, call, isGradient));
    }
  }
}
report({ speeds, errors: errors.filter((each) => each !== undefined) } satisfies FiguresFound);
