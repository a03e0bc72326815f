/** The float32 functions of other libraries that are defined as ours are, called as their documentation says. */

import * as tensorflow from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-wasm";
import proto from "onnx-proto";
import { env, InferenceSession, Tensor } from "onnxruntime-web";
import type { Call } from "../peers.js";
import manifest from "./package.json" with { type: "json" };

type Options = Readonly<Record<string, number | string>>;

const { dependencies } = manifest;

export async function peerCalls(): Promise<Call[]> {
  return [...(await tensorflowCalls()), ...(await onnxCalls())];
}

/** Arguments as lanewise's defaults, where those are others. */
const ofTensorflow: Readonly<Record<string, readonly number[]>> = {
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

/** Columns of the cases that have more than one row. */
const columnsOf: Readonly<Partial<Record<string, number>>> = { "softmax of ten classes": 10 };

/** A function of a tensor, as tfjs exports it, with the arguments that come after. */
type TensorFunction = (x: tensorflow.Tensor, ...args: readonly number[]) => tensorflow.Tensor;

async function tensorflowCalls(): Promise<Call[]> {
  await tensorflow.setBackend("wasm");
  const peer = `tfjs wasm ${dependencies["@tensorflow/tfjs-backend-wasm"]}`;
  const calls = Object.entries(ofTensorflow).map(([name, args]) => ({ name, args, title: name.replace("Max", "max") }));
  for (const title of ["softmax of ten classes", "softmax of a vocabulary"]) {
    calls.push({ name: "softmax", args: [], title });
  }
  return calls.map(({ name, args, title }) => {
    const fn = (tensorflow as unknown as Readonly<Record<string, TensorFunction>>)[name];
    const run = (x: tensorflow.Tensor) => fn(x, ...args);
    const upload = (x: Float32Array) => tensorflow.tensor(x, shapeOf(title, x.length));
    return {
      peer,
      function: title,
      call(x) {
        const given = upload(x);
        const result = run(given);
        const data = result.dataSync<"float32">();
        tensorflow.dispose([given, result]);
        return Promise.resolve(data);
      },
      resident(x) {
        const given = upload(x);
        return { run: () => run(given).dispose(), end: () => given.dispose() };
      },
    };
  });
}

function shapeOf(title: string, length: number): number[] {
  const columns = columnsOf[title];
  return columns === undefined ? [length] : [length / columns, columns];
}

interface OnnxFunction {
  readonly function: string;
  readonly operator: string;
  readonly attributes?: Options;
  readonly options?: Options;
}

/** ONNX's operators, with attributes where their defaults are not lanewise's. HardSigmoid's are those that PyTorch exports. */
const ofOnnx: readonly OnnxFunction[] = [
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

async function onnxCalls(): Promise<Call[]> {
  env.wasm.numThreads = 1;
  const peer = `onnxruntime-web ${dependencies["onnxruntime-web"]}`;
  return Promise.all(
    ofOnnx.map(async ({ function: name, operator, attributes = {}, options }) => {
      const session = await InferenceSession.create(modelOf(operator, attributes, shapeOf(name, 0).length));
      return {
        peer,
        function: name,
        options,
        async call(x: Float32Array) {
          const { y } = await session.run({ x: new Tensor("float32", x, shapeOf(name, x.length)) });
          return y.data as Float32Array;
        },
      };
    }),
  );
}

/** The first opset with all of these operators. */
const OPSET = 24;

/** An ONNX model of one operator, from x to y. */
function modelOf(operator: string, attributes: Options, rank: number): Uint8Array {
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
