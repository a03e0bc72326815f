// @ts-check
// The float32 functions of other libraries that are defined as ours are, called as their documentation says.

import { readFileSync } from "node:fs";
import * as tensorflow from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-wasm";
import proto from "onnx-proto";
import { env, InferenceSession, Tensor } from "onnxruntime-web";

/** @import { Call } from "../peers.js" */

/** @typedef {Record<string, number | string>} Options */

const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

/** @returns {Promise<Call[]>} */
export async function peerCalls() {
  return [...(await tensorflowCalls()), ...(await onnxCalls())];
}

/** Arguments as lanewise's defaults, where those are others. @type {Record<string, readonly number[]>} */
const ofTensorflow = {
  step: [],
  relu: [],
  relu6: [],
  leakyRelu: [0.01],
  sigmoid: [],
  logSigmoid: [],
  tanh: [],
  softplus: [],
  elu: [],
  selu: [],
  exp: [],
  expm1: [],
  log: [],
  log1p: [],
  erf: [],
  softmax: [],
  logSoftmax: [],
  logSumExp: [],
  argMax: [],
};

/** Columns of what has more than one row. @type {Record<string, number>} */
const columnsOf = { "softmax of ten classes": 10 };

/** @returns {Promise<Call[]>} */
async function tensorflowCalls() {
  await tensorflow.setBackend("wasm");
  const peer = `tfjs wasm ${dependencies["@tensorflow/tfjs-backend-wasm"]}`;
  const calls = Object.entries(ofTensorflow).map(([name, args]) => ({ name, args, title: name.replace("Max", "max") }));
  for (const title of ["softmax of ten classes", "softmax of a vocabulary"]) {
    calls.push({ name: "softmax", args: [], title });
  }
  return calls.map(({ name, args, title }) => {
    const run = (/** @type {tensorflow.Tensor} */ x) => /** @type {any} */ tensorflow[name](x, ...args);
    const upload = (/** @type {Float32Array} */ x) => tensorflow.tensor(x, shapeOf(title, x.length));
    return {
      peer,
      function: title,
      async call(x) {
        const given = upload(x);
        const result = run(given);
        const data = result.dataSync();
        tensorflow.dispose([given, result]);
        return data;
      },
      resident(x) {
        const given = upload(x);
        return { run: () => run(given).dispose(), end: () => given.dispose() };
      },
    };
  });
}

/**
 * @param {string} title
 * @param {number} length
 * @returns {number[]}
 */
function shapeOf(title, length) {
  const columns = columnsOf[title];
  return columns === undefined ? [length] : [length / columns, columns];
}

/**
 * ONNX's operators, with attributes where their defaults are not lanewise's. HardSigmoid's are what PyTorch exports.
 *
 * @type {{ function: string, operator: string, attributes?: Options, options?: Options }[]}
 */
const ofOnnx = [
  { function: "relu", operator: "Relu" },
  { function: "leakyRelu", operator: "LeakyRelu" },
  { function: "hardSigmoid", operator: "HardSigmoid", attributes: { alpha: 1 / 6 } },
  { function: "hardSwish", operator: "HardSwish" },
  { function: "sigmoid", operator: "Sigmoid" },
  { function: "tanh", operator: "Tanh" },
  { function: "softsign", operator: "Softsign" },
  { function: "softplus", operator: "Softplus" },
  { function: "elu", operator: "Elu" },
  { function: "celu", operator: "Celu" },
  { function: "selu", operator: "Selu" },
  { function: "silu", operator: "Swish" },
  { function: "mish", operator: "Mish" },
  { function: "gelu", operator: "Gelu" },
  {
    function: "gelu",
    operator: "Gelu",
    attributes: { approximate: "tanh" },
    options: { approximate: "tanh" },
  },
  { function: "exp", operator: "Exp" },
  { function: "log", operator: "Log" },
  { function: "erf", operator: "Erf" },
  { function: "softmax", operator: "Softmax" },
  { function: "softmax of ten classes", operator: "Softmax" },
  { function: "softmax of a vocabulary", operator: "Softmax" },
  { function: "logSoftmax", operator: "LogSoftmax" },
  { function: "hardmax", operator: "Hardmax" },
];

/** @returns {Promise<Call[]>} */
async function onnxCalls() {
  env.wasm.numThreads = 1;
  const peer = `onnxruntime-web ${dependencies["onnxruntime-web"]}`;
  return Promise.all(
    ofOnnx.map(async ({ function: name, operator, attributes = {}, options }) => {
      const session = await InferenceSession.create(modelOf(operator, attributes, shapeOf(name, 0).length));
      return {
        peer,
        function: name,
        options,
        async call(/** @type {Float32Array} */ x) {
          const { y } = await session.run({ x: new Tensor("float32", x, shapeOf(name, x.length)) });
          return /** @type {Float32Array} */ y.data;
        },
      };
    }),
  );
}

/** The first opset with all of these operators. */
const OPSET = 24;

/**
 * An ONNX model of one operator, from x to y.
 *
 * @param {string} operator
 * @param {Options} attributes
 * @param {number} rank
 */
function modelOf(operator, attributes, rank) {
  const { ModelProto, AttributeProto } = proto.onnx;
  const { FLOAT, STRING } = AttributeProto.AttributeType;
  const attribute = Object.entries(attributes).map(([name, value]) =>
    typeof value === "number" ? { name, type: FLOAT, f: value } : { name, type: STRING, s: Buffer.from(value) },
  );
  const type = {
    tensorType: { elemType: 1, shape: { dim: Array.from({ length: rank }, (_, i) => ({ dimParam: `n${i}` })) } },
  };
  return ModelProto.encode({
    irVersion: 10,
    opsetImport: [{ domain: "", version: OPSET }],
    graph: {
      name: operator,
      node: [{ opType: operator, input: ["x"], output: ["y"], attribute }],
      input: [{ name: "x", type }],
      output: [{ name: "y", type }],
    },
  }).finish();
}
