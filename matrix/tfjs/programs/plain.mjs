/** `lanewise/tfjs` as Node loads it, beside tfjs as Node loads that: without a bundler. */

import assert from "node:assert/strict";
import { sigmoid } from "lanewise";
import { registerKernels } from "lanewise/tfjs";
import * as tf from "@tensorflow/tfjs-core";

assert.throws(() => registerKernels("cpu"), {
  message: 'registerKernels: tfjs has no backend "cpu" yet: import "@tensorflow/tfjs-backend-cpu" before this call',
});
await import("@tensorflow/tfjs-backend-cpu");
await import("@tensorflow/tfjs-backend-wasm");
const x = Float32Array.of(-100, -1, 0, 1, NaN);
for (const backend of ["cpu", "wasm"]) {
  // Before the backend runs: kernels of tfjs that need setting up are set up with it, and can be put back.
  const { unregister } = registerKernels(backend);
  await tf.setBackend(backend);
  assert.deepEqual(tf.sigmoid(tf.tensor1d(x)).dataSync(), sigmoid(x));
  assert.deepEqual(tf.grad(tf.sigmoid)(tf.tensor1d(x)).dataSync(), sigmoid.derivative(x));
  assert.deepEqual(tf.relu6(tf.tensor1d([-1, 9], "int32")).dataSync(), Int32Array.of(0, 6));
  unregister();
  assert.ok(Math.abs(tf.sigmoid(tf.scalar(1)).dataSync()[0] - sigmoid(1)) < 1e-6);
}
