/** Checks of what is computed with lanewise's kernels. */

import * as lanewise from "lanewise";
import { calls, numbers } from "./calls.js";
import { backend, check, registered, same, isTrue, given, finite, slopes } from "./checking.js";
import { tf } from "./tensorflow.js";

await check("results are lanewise's to the bit", () => {
  registered(() => {
    for (const { name, tensorflow, lanewise: own } of calls) {
      for (const x of [given, given.subarray(0, 1), given.subarray(0, 10)]) {
        if (name === "ArgMax" && x.includes(NaN)) continue;
        same(name, tensorflow(tf.tensor1d(x)).dataSync(), own(x));
      }
    }
  });
});

await check("gradients are lanewise's to the bit", () => {
  const dy = numbers(given.length, 2, 5);
  registered(() => {
    for (const { name, tensorflow, backward } of calls) {
      if (backward)
        same(name, tf.grad(tensorflow)(tf.tensor1d(given), tf.tensor1d(dy)).dataSync(), backward(given, dy));
    }
  });
});

await check("gradients are those of finite differences", () => {
  registered(() => {
    for (const { name, tensorflow, exact } of calls) {
      if (exact) same(name, tf.grad(tensorflow)(tf.tensor1d(finite)).dataSync(), slopes(exact, finite), 1e-4);
    }
  });
});

await check("second derivatives are those of finite differences", () => {
  registered(() => {
    const wanted = ["Sigmoid", "Tanh", "Relu", "Relu6", "LeakyRelu", "Softplus", "Expm1", "Log1p", "Erf"];
    for (const { name, tensorflow, exact } of calls.filter((call) => wanted.includes(call.name))) {
      const second = tf
        .grad((x) => tf.grad(tensorflow)(x))(tf.tensor1d(finite))
        .dataSync();
      const h = 1e-4;
      const differences = Array.from(finite, (x) => (exact!(x + h) - 2 * exact!(x) + exact!(x - h)) / h ** 2);
      same(name, second, differences, 1e-3);
    }
  });
});

await check("gradients of gradients with respect to dy", () => {
  registered(() => {
    const x = tf.tensor1d(finite);
    const ddy = numbers(finite.length, 1, 9);
    for (const { name, tensorflow, backward } of calls) {
      // Those that tfjs can't differentiate in dy: elu's is a kernel without a gradient; the others are no functions of elements.
      if (!backward || ["Elu", "Softmax", "LogSoftmax"].includes(name)) continue;
      const got = tf
        .grad((dy) => tf.grad(tensorflow)(x, dy))(tf.onesLike(x), tf.tensor1d(ddy))
        .dataSync();
      same(name, got, backward(finite, ddy), 1e-5);
    }
  });
});

await check("softmax and logSoftmax along any axis", () => {
  registered(() => {
    const x = numbers(60);
    const dy = numbers(60, 1, 3);
    const shape = [3, 4, 5];
    for (const [name, attribute, f] of [
      ["Softmax", "dim", lanewise.softmax],
      ["LogSoftmax", "axis", lanewise.logSoftmax],
    ] as const) {
      for (const axis of [-3, -2, -1, 0, 1, 2]) {
        const run = (logits: tf.Tensor) => tf.engine().runKernel(name, { logits }, { [attribute]: axis }) as tf.Tensor;
        const y = f(x, { shape, axis });
        same(`${name} along ${axis}`, run(tf.tensor(x, shape)).dataSync(), y);
        const gradient = tf.grad(run)(tf.tensor(x, shape), tf.tensor(dy, shape)).dataSync();
        same(`${name}'s gradient along ${axis}`, gradient, f.backward(y, dy, { shape, axis }));
      }
    }
  });
});

/** prelu as its definition says, by broadcasting. */
function plainPrelu(x: tf.Tensor, alpha: tf.Tensor): tf.Tensor {
  return tf.add(tf.maximum(x, 0), tf.mul(alpha, tf.minimum(x, 0)));
}

await check("prelu with slopes of any shape that broadcasts", () => {
  const shape = [2, 3, 4, 5];
  const x = tf.tensor(numbers(120), shape);
  const dy = tf.tensor(numbers(120, 1, 3), shape);
  const shapes = [[], [1], [5], [4, 1], [3, 1, 1], [4, 5], [3, 4, 5], [1, 1, 5], [2, 1, 1, 1], [2, 3, 4, 5], [3, 4, 1]];
  // Those with an axis of 1 in between are tfjs's own, which its wasm backend has wrong.
  if (backend === "cpu") shapes.push([3, 1, 5]);
  for (const slopesShape of shapes) {
    const alpha = tf.tensor(
      numbers(
        slopesShape.reduce((a, b) => a * b, 1),
        1,
        7,
      ),
      slopesShape,
    );
    const wanted = [plainPrelu(x, alpha), ...tf.grads(plainPrelu)([x, alpha], dy)];
    const got = registered(() => [tf.prelu(x, alpha), ...tf.grads(tf.prelu<tf.Tensor>)([x, alpha], dy)]);
    got.forEach((tensor, i) => {
      same(`[${slopesShape.join()}], ${["", "gradient of x", "gradient of alpha"][i]}`, tensor.shape, wanted[i].shape);
      same(
        `[${slopesShape.join()}], ${["", "gradient of x", "gradient of alpha"][i]}`,
        tensor.dataSync(),
        wanted[i].dataSync(),
        1e-5,
      );
    });
  }
});

await check("argMax along any axis, with NaN as in tfjs", () => {
  const x = numbers(60);
  x[7] = NaN;
  x[31] = NaN;
  for (const [shape, axes] of [
    [
      [3, 4, 5],
      [-3, -2, -1, 0, 1, 2],
    ],
    [[60], [0]],
  ] as const) {
    for (const axis of axes) {
      const run = () => tf.argMax(tf.tensor(x, [...shape]), axis);
      const wanted = run();
      const got = registered(run);
      same("shape", got.shape, wanted.shape);
      same(`axis ${axis}`, got.dataSync(), wanted.dataSync());
    }
  }
});

await check("integers, booleans and attributes without a kernel as in tfjs", () => {
  const integers = () => tf.tensor1d([-3, 0, 2, 9], "int32");
  const cases: Record<string, () => tf.Tensor> = {
    "relu of int32": () => tf.relu(integers()),
    "relu6 of int32": () => tf.relu6(integers()),
    "leakyRelu of int32": () => tf.leakyRelu(integers()),
    "exp of int32": () => tf.exp(integers()),
    "softplus of int32": () => tf.softplus(integers()),
    "step of int32": () => tf.step(integers()),
    "erf of int32": () => tf.erf(integers()),
    "argMax of int32": () => tf.argMax(integers()),
    "argMax of bool": () => tf.argMax(tf.tensor1d([false, true, true], "bool")),
    "clipByValue of int32": () => tf.clipByValue(integers(), -1, 5),
    "sigmoid of numbers": () => tf.sigmoid([1, 2]),
    "gradient of relu of int32 numbers": () => tf.grad((x) => tf.relu(x))(tf.tensor1d([-1, 0, 2])),
    "step with alpha": () => tf.step(tf.tensor1d([-1, 0, 2, NaN]), 0.5),
    "leakyRelu with NaN": () => tf.leakyRelu(tf.tensor1d([-1, 0, 2]), NaN),
    "clipByValue of one value": () => tf.clipByValue(tf.tensor1d([-1, 0, 2]), 1, 1),
  };
  for (const [name, run] of Object.entries(cases)) {
    const wanted = run();
    const got = registered(run);
    isTrue(`${name}: ${got.dtype} instead of ${wanted.dtype}`, got.dtype === wanted.dtype);
    same(name, got.shape, wanted.shape);
    same(name, got.dataSync(), wanted.dataSync(), 1e-6);
  }
});

await check("LogSoftmax casts integers and booleans, for which tfjs has no kernel", () => {
  registered(() => {
    for (const dtype of ["int32", "bool"] as const) {
      const x = tf.tensor1d([1, 0, 1], dtype);
      const y = tf.engine().runKernel("LogSoftmax", { logits: x }, { axis: 0 }) as tf.Tensor;
      same(dtype, y.dataSync(), lanewise.logSoftmax(Float32Array.of(1, 0, 1)));
    }
    const logits = tf.tensor1d(["text"]);
    let message = "";
    try {
      tf.engine().runKernel("LogSoftmax", { logits }, { axis: 0 });
    } catch (error) {
      ({ message } = error as Error);
    }
    isTrue(`"${message}"`, message === 'lanewise/tfjs: LogSoftmax can\'t be computed of string [1] and {"axis":0}');
  });
});

await check("empty tensors and scalars", () => {
  registered(() => {
    for (const { name, tensorflow } of calls) {
      if (name === "ArgMax") continue;
      same(`${name} of [0]`, tensorflow(tf.tensor1d([])).shape, [0]);
      same(`${name} of [2, 0]`, tensorflow(tf.zeros([2, 0])).shape, [2, 0]);
      const scalar = tensorflow(tf.scalar(0.5));
      if (name !== "Prelu") same(`${name} of a scalar`, scalar.shape, []);
      same(`${name} of a scalar`, scalar.dataSync(), tensorflow(tf.tensor1d([0.5])).dataSync());
      same(`${name}'s gradient of [0]`, tf.grad(tensorflow)(tf.tensor1d([])).shape, [0]);
    }
    same("argMax of [0, 3]", tf.argMax(tf.zeros([0, 3]), 1).shape, [0]);
    same(
      "slopes of no tensor",
      tf
        .grads(tf.prelu<tf.Tensor>)([tf.zeros([0, 2]), tf.ones([2])])[1]
        .dataSync(),
      [0, 0],
    );
  });
});
