// @ts-check
// The float32 functions of other libraries that are defined as ours are, called as their documentation says.

import { readFileSync } from "node:fs";
import * as tensorflow from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-wasm";
import proto from "onnx-proto";
import { env, InferenceSession, Tensor } from "onnxruntime-web";

/** @typedef {Record<string, number | string>} Options */

/**
 * @typedef {object} Call
 * @property {string} peer with its version
 * @property {string} function the name that it has in lanewise
 * @property {Options} [options] lanewise's, where they are not the default
 * @property {(x: Float32Array) => Promise<Float32Array>} call
 */

const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

/** @returns {Promise<Call[]>} */
export async function peerCalls() {
  return [...(await tensorflowCalls()), ...(await onnxCalls())];
}

/** The functions of lanewise's names; arguments as lanewise's defaults, where those are others. */
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
};

/** @returns {Promise<Call[]>} */
async function tensorflowCalls() {
  await tensorflow.setBackend("wasm");
  const peer = `tfjs wasm ${dependencies["@tensorflow/tfjs-backend-wasm"]}`;
  return Object.entries(ofTensorflow).map(([name, args]) => ({
    peer,
    function: name,
    async call(x) {
      const given = tensorflow.tensor1d(x);
      const result = /** @type {any} */ (tensorflow)[name](given, ...args);
      const data = await result.data();
      tensorflow.dispose([given, result]);
      return data;
    },
  }));
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
];

/** @returns {Promise<Call[]>} */
async function onnxCalls() {
  env.wasm.numThreads = 1;
  const peer = `onnxruntime-web ${dependencies["onnxruntime-web"]}`;
  return Promise.all(
    ofOnnx.map(async ({ function: name, operator, attributes = {}, options }) => {
      const session = await InferenceSession.create(modelOf(operator, attributes));
      return {
        peer,
        function: name,
        options,
        async call(/** @type {Float32Array} */ x) {
          const { y } = await session.run({ x: new Tensor("float32", x, [x.length]) });
          return /** @type {Float32Array} */ (y.data);
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
 */
function modelOf(operator, attributes) {
  const { ModelProto, AttributeProto } = proto.onnx;
  const { FLOAT, STRING } = AttributeProto.AttributeType;
  const attribute = Object.entries(attributes).map(([name, value]) =>
    typeof value === "number" ? { name, type: FLOAT, f: value } : { name, type: STRING, s: Buffer.from(value) },
  );
  const type = { tensorType: { elemType: 1, shape: { dim: [{ dimParam: "n" }] } } };
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
