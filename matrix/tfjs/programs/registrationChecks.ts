/** Checks of registering and undoing it, and of what several backends share. */

import * as lanewise from "lanewise";
import { kernelNames, registerKernels } from "lanewise/tfjs";
import { calls, numbers } from "./calls.js";
import { backend, other, check, registered, same, isTrue, given, finite, slopes } from "./checking.js";
import { tf } from "./tensorflow.js";

await check("unregister puts everything back", () => {
  const state = () => {
    const names = [...kernelNames, ...tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName)];
    const kernels = [...new Set(names)].sort().map((name) => [name, tf.getKernel(name, backend), tf.getGradient(name)]);
    return kernels as [string, unknown, unknown][];
  };
  const before = state();
  const first = registerKernels(backend, { kernels: kernelNames });
  const second = registerKernels(backend, { kernels: kernelNames });
  isTrue(
    "all are registered",
    String(first.kernels) === String(kernelNames) && String(second.kernels) === String(kernelNames),
  );
  isTrue(
    "kernels are replaced",
    kernelNames.every(
      (name) => !before.some(([, kernel]) => kernel !== undefined && kernel === tf.getKernel(name, backend)),
    ),
  );
  first.unregister();
  const after = state();
  isTrue(`${after.length} kernels instead of ${before.length}`, after.length === before.length);
  for (const [i, [name, kernel, gradient]] of before.entries()) {
    isTrue(`${name}'s kernel is back`, after[i][0] === name && after[i][1] === kernel);
    isTrue(`${name}'s gradient is back`, after[i][2] === gradient);
  }
  const third = registerKernels(backend, { kernels: ["Sigmoid"] });
  first.unregister();
  isTrue(
    "unregistering twice does nothing",
    tf.getKernel("Sigmoid", backend) !== before.find(([name]) => name === "Sigmoid")![1],
  );
  isTrue("others stay", tf.getKernel("Tanh", backend) === before.find(([name]) => name === "Tanh")![1]);
  third.unregister();
});

await check("gradients of both backends are told apart", async () => {
  const kernel = tf.getGradient("Sigmoid");
  const run = () =>
    tf
      .grad(tf.sigmoid<tf.Tensor>)(tf.tensor1d(finite))
      .dataSync();
  await tf.setBackend(other);
  const wanted = run();
  await tf.setBackend(backend);
  const ours = registerKernels(backend, { kernels: kernelNames });
  const own = run();
  same(
    backend,
    own,
    lanewise.sigmoid.backward(
      finite,
      finite.map(() => 1),
    ),
  );
  await tf.setBackend(other);
  same(`${other}, where nothing is registered`, run(), wanted);
  const others = registerKernels(other, { kernels: kernelNames });
  same(other, run(), own);
  ours.unregister();
  same(`${other}, once ${backend} is left`, run(), own);
  others.unregister();
  isTrue("tfjs's gradient is back", tf.getGradient("Sigmoid") === kernel);
});

await check("a gradient on another backend than its function", () => {
  for (const { name, tensorflow, exact } of calls) {
    if (!exact || name === "Step" || name === "ClipByValue") continue;
    registered(() => {
      tf.setBackend(backend);
      const f = (x: tf.Tensor) => {
        const y = tensorflow(x);
        tf.setBackend(other);
        return y;
      };
      same(name, tf.grad(f)(tf.tensor1d(finite)).dataSync(), slopes(exact, finite), 1e-3);
    });
  }
});

await check("tensors that another backend holds", async () => {
  await tf.setBackend(other);
  const x = tf.tensor1d(given);
  await tf.setBackend(backend);
  registered(() => same("sigmoid", tf.sigmoid(x).dataSync(), lanewise.sigmoid(given)));
});

await check("tensors for which the memory grows", () => {
  registered(() => {
    const x = tf.tensor1d(numbers(3_000_000));
    const expected = lanewise.tanh(numbers(3_000_000));
    for (let i = 0; i < 12; i++) same("tanh", tf.tanh(x).dataSync().subarray(-9), expected.subarray(-9));
    same("tanh", tf.tanh(x).dataSync(), expected);
  });
});

await check("no tensor is left over", () => {
  registered(() => {
    for (const { name, tensorflow, backward } of calls) {
      const x = tf.tensor1d(finite);
      const ids = tf.engine().backend.numDataIds();
      const { numTensors, numBytes } = tf.memory();
      tf.tidy(() => void tensorflow(x));
      if (backward) tf.tidy(() => void tf.grad(tensorflow)(x));
      if (name === "ArgMax") tf.tidy(() => void tf.argMax(tf.tensor1d([NaN, 1])));
      const after = tf.memory();
      isTrue(`${name}: ${after.numTensors - numTensors} tensors more`, after.numTensors === numTensors);
      isTrue(`${name}: ${after.numBytes - numBytes} bytes more`, after.numBytes === numBytes);
      isTrue(`${name}: data left`, tf.engine().backend.numDataIds() === ids);
    }
  });
});

await check("without tfjs's own gradients", () => {
  const original = tf.getGradient("Sigmoid");
  tf.unregisterGradient("Sigmoid");
  try {
    registered(() => {
      same(
        "gradient",
        tf
          .grad(tf.sigmoid<tf.Tensor>)(tf.tensor1d(finite))
          .dataSync(),
        lanewise.sigmoid.derivative(finite),
      );
    });
    isTrue("none is there after", tf.getGradient("Sigmoid") === undefined);
  } finally {
    tf.registerGradient(original);
  }
});

await check("a choice of kernels, and none of the gradients", () => {
  const tanh = tf.getKernel("Tanh", backend);
  const gradient = tf.getGradient("Sigmoid");
  const { kernels, gradients, unregister } = registerKernels(backend, {
    kernels: ["Sigmoid", "Sigmoid"],
    gradients: false,
  });
  isTrue("one kernel", kernels.join() === "Sigmoid" && gradients.length === 0);
  isTrue("tanh is tfjs's", tf.getKernel("Tanh", backend) === tanh);
  isTrue("so is the gradient", tf.getGradient("Sigmoid") === gradient);
  unregister();
});

await check("warns of nothing", () => {
  const { warn } = console;
  const warnings: unknown[] = [];
  console.warn = (...args: unknown[]) => void warnings.push(...args);
  try {
    registered(() => registered(() => undefined));
  } finally {
    console.warn = warn;
  }
  isTrue(warnings.join(), warnings.length === 0);
});
