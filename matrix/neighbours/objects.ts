/**
 * Passes real objects of other libraries to functions of every family, follows what the errors advise, and compares the results with
 * those of plain arrays. Tells each outcome on file descriptor 3, as cells.ts reads it. It runs in the folder where they are installed.
 */

import { writeSync } from "node:fs";
import { Tensor as HuggingFaceTensor } from "@huggingface/transformers";
import { Float16Array } from "@petamoriken/float16";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import * as arrow from "apache-arrow";
import { mat2 } from "gl-matrix";
import {
  glu,
  greater,
  logSumExp,
  prelu,
  sample,
  sigmoidCrossEntropy,
  softmax,
  softmaxCrossEntropy,
  tanh,
} from "lanewise";
import * as mathjs from "mathjs";
import { Matrix } from "ml-matrix";
import ndarray from "ndarray";
import * as numpy from "numpy-ts";
import { Tensor as OnnxTensor } from "onnxruntime-web";
import { follow } from "./advice.ts";

const numbers = [1, -2, 3, 0.5];
const x = Float32Array.from(numbers);
const bytes = new Uint8Array(x.buffer);
const rows = [numbers.slice(0, 2), numbers.slice(2)];

/** Makers of objects that hold the numbers, and the advice for an argument x, step by step; none where it is taken as it is. */
const objects = {
  "onnxruntime Tensor": [() => new OnnxTensor("float32", x, [2, 2]), "x.data"],
  "transformers.js Tensor": [() => new HuggingFaceTensor("float32", x, [2, 2]), "x.data"],
  "tfjs Tensor": [() => tf.tensor(x, [2, 2]), "x.dataSync()"],
  "tfjs Variable": [() => tf.variable(tf.tensor(x)), "x.dataSync()"],
  "tfjs data() without await": [() => tf.tensor(x).data(), "await x"],
  ndarray: [() => ndarray(x, [2, 2]), "x.data"],
  "numpy-ts array": [() => numpy.array(rows), "x.toArray()", "Float32Array.from(x.flat(Infinity))"],
  "numpy-ts array, transposed": [
    () =>
      numpy
        .array([
          [1, 3],
          [-2, 0.5],
        ])
        .transpose(),
    "x.toArray()",
    "Float32Array.from(x.flat(Infinity))",
  ],
  "Arrow Vector": [() => arrow.tableFromArrays({ x }).getChild("x"), "x.toArray()"],
  "Arrow Table": [() => arrow.tableFromArrays({ x }), "x.getChild(name).toArray()"],
  "Arrow RecordBatch": [() => arrow.tableFromArrays({ x }).batches[0], "x.getChild(name).toArray()"],
  "ml-matrix Matrix": [() => new Matrix(rows), "x.to1DArray()", "Float32Array.from(x)"],
  "ml-matrix Matrix, transposed": [
    () =>
      new Matrix([
        [1, 3],
        [-2, 0.5],
      ]).transpose(),
    "x.to1DArray()",
    "Float32Array.from(x)",
  ],
  "Math.js DenseMatrix": [() => mathjs.matrix(rows), "x.toArray()", "Float32Array.from(x.flat(Infinity))"],
  "Math.js SparseMatrix": [() => mathjs.sparse(rows), "x.toArray()", "Float32Array.from(x.flat(Infinity))"],
  "gl-matrix mat2": [() => mat2.fromValues(...numbers)],
  "Float16Array of @petamoriken/float16": [() => Float16Array.from(numbers), "Float32Array.from(x)"],
  Buffer: [() => Buffer.from(bytes), "new Float32Array(x.buffer.slice(x.byteOffset, x.byteOffset + x.byteLength))"],
  DataView: [
    () => new DataView(x.buffer),
    "new Float32Array(x.buffer.slice(x.byteOffset, x.byteOffset + x.byteLength))",
  ],
  ArrayBuffer: [() => bytes.slice().buffer, "new Float32Array(x)"],
  SharedArrayBuffer: [
    () => {
      const shared = new SharedArrayBuffer(16);
      new Float32Array(shared).set(x);
      return shared;
    },
    "new Float32Array(x)",
  ],
  Array: [() => numbers, "Float32Array.from(x)"],
  "nested Array": [() => rows, "Float32Array.from(x.flat(Infinity))"],
};

/** A function of each family, of one array. */
const calls = {
  tanh: (x) => tanh(x),
  "tanh.backward(x, dy)": (dy) => tanh.backward(Float32Array.of(1, 2, 3, 4), dy),
  softmax: (x) => softmax(x, { shape: [2, 2] }),
  "softmax.backward(y, dy)": (dy) => softmax.backward(Float32Array.of(0.1, 0.2, 0.3, 0.4), dy),
  logSumExp: (x) => logSumExp(x),
  glu: (x) => glu(x),
  prelu: (x) => prelu(x),
  "prelu(x, { weight })": (weight) => prelu(Float32Array.of(-1, -2, -3, -4), { weight }),
  softmaxCrossEntropy: (logits) => softmaxCrossEntropy(logits, Int32Array.of(1, 0), { shape: [2, 2] }),
  "sigmoidCrossEntropy(x, targets)": (targets) => sigmoidCrossEntropy(Float32Array.of(1, 2, 3, 4), targets),
  greater: (x) => greater(x),
  sample: (logits) => sample(logits, { random: () => 0.5 }),
};

function note(part, failed) {
  writeSync(3, `${JSON.stringify({ part, ...(failed !== "" && { failed }) })}\n`);
}

const text = (result) => JSON.stringify(typeof result === "number" ? result : Array.from(result));

for (const [library, [make, ...advised]] of Object.entries(objects)) {
  const wrong = [];
  for (const [title, call] of Object.entries(calls)) {
    try {
      const { advice, result } = await follow(call, make());
      const plain = advice.map((way) => way.replace(/\b(?:logits|targets|dy|weight)\b/g, "x"));
      if (text(plain) !== text(advised)) wrong.push(`${title} advises ${plain.join(", then ") || "nothing"}`);
      if (text(result) !== text(call(x))) wrong.push(`${title} gives ${text(result)}, not ${text(call(x))}`);
    } catch (error) {
      wrong.push(`${title}: ${error}`);
    }
  }
  note(`${library}: ${advised.join(", then ") || "taken as it is"}`, wrong.join("; "));
}

/** The message of the error of a call. */
function messageOf(call) {
  try {
    return `no error, but ${text(call())}`;
  } catch (error) {
    return error.message;
  }
}

const matrix = ndarray(Float32Array.from(numbers), [2, 2]);
const views = {
  transpose: matrix.transpose(1, 0),
  hi: matrix.hi(1, 2),
  lo: matrix.lo(1, 0),
  step: matrix.step(-1, 1),
  pick: matrix.pick(null, 1),
};
for (const [name, view] of Object.entries(views)) {
  const message = messageOf(() => tanh(view));
  note(
    `ndarray's ${name}: an error that tells of views`,
    /: write x\.data, if it is no view$/.test(message) ? "" : message,
  );
}

const out = Float32Array.of(0, 0, 0, 0);
const own = {
  "onnxruntime Tensor": new OnnxTensor("float32", out, [4]),
  "transformers.js Tensor": new HuggingFaceTensor("float32", out, [4]),
  ndarray: ndarray(out),
};
for (const [library, tensor] of Object.entries(own)) {
  const message = messageOf(() => tanh(x, { out: tensor }));
  tanh(x, { out: tensor.data });
  const isRight = /: write out\.data(, if it is no view)?$/.test(message) && text(out) === text(tanh(x));
  note(`${library} as out: out.data`, isRight ? "" : message);
}
for (const [library, tensor] of Object.entries({ "tfjs Tensor": tf.tensor(x), "ml-matrix Matrix": new Matrix(rows) })) {
  const message = messageOf(() => tanh(x, { out: tensor }));
  note(
    `${library} as out: no advice that would lose the result`,
    /: out must be a Float32Array of length 4, not an? \w+$/.test(message) ? "" : message,
  );
}
