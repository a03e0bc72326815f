/** A causal language model of a few kB with random weights, as transformers.js loads it from a folder. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import onnxProto from "onnx-proto";

const { onnx } = onnxProto;

export const vocabulary = 64;
const width = 8;

const { FLOAT, FLOAT16, INT64 } = onnx.TensorProto.DataType;

/** Numbers from -1 to 1, the same at every run. */
function generator() {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32) * 2 - 1;
  };
}

/** An input or output; an axis of a name has any length. */
function valueOf(name, elemType, axes) {
  const dim = axes.map((axis) => (typeof axis === "number" ? { dimValue: axis } : { dimParam: axis }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

/** Logits of the last token: of the mean of all tokens' vectors, which the cache keeps, so that each token counts. */
function bytesOf(isHalf) {
  const random = generator();
  const weights = (name, dims, scale) => {
    const count = dims.reduce((a, b) => a * b);
    return { name, dims, dataType: FLOAT, floatData: Array.from({ length: count }, () => random() * scale) };
  };
  const cache = (prefix, part, length) => valueOf(`${prefix}.0.${part}`, FLOAT, ["batch", 1, length, width]);
  const ints = (name, values) => ({ name, type: onnx.AttributeProto.AttributeType.INTS, ints: values });
  const int = (name, i) => ({ name, type: onnx.AttributeProto.AttributeType.INT, i });
  const node = (opType, input, output, ...attribute) => ({ opType, input, output: [output], attribute });
  const graph = {
    name: "tiny",
    initializer: [
      weights("embedding", [vocabulary, width], 3),
      weights("head", [width, vocabulary], 4),
      { name: "axis", dims: [1], dataType: INT64, int64Data: [1] },
    ],
    input: [
      valueOf("input_ids", INT64, ["batch", "length"]),
      cache("past_key_values", "key", "before"),
      cache("past_key_values", "value", "before"),
    ],
    output: [
      valueOf("logits", isHalf ? FLOAT16 : FLOAT, ["batch", 1, vocabulary]),
      cache("present", "key", "all"),
      cache("present", "value", "all"),
    ],
    node: [
      node("Gather", ["embedding", "input_ids"], "rows"),
      node("Unsqueeze", ["rows", "axis"], "vectors"),
      node("Concat", ["past_key_values.0.key", "vectors"], "present.0.key", int("axis", 2)),
      node("Concat", ["past_key_values.0.value", "vectors"], "present.0.value", int("axis", 2)),
      node("ReduceMean", ["present.0.key"], "mean", ints("axes", [2]), int("keepdims", 0)),
      node("Tanh", ["mean"], "hidden"),
      node("MatMul", ["hidden", "head"], "products"),
      node("Cast", ["products"], "logits", int("to", isHalf ? FLOAT16 : FLOAT)),
    ],
  };
  const model = onnx.ModelProto.create({ irVersion: 8, opsetImport: [{ domain: "", version: 17 }], graph });
  return onnx.ModelProto.encode(model).finish();
}

/** Writes the model's files, and returns how many bytes it has. */
export function writeModel(folder, { isHalf = false, generationConfig = {} } = {}) {
  mkdirSync(join(folder, "onnx"), { recursive: true });
  const bytes = bytesOf(isHalf);
  writeFileSync(join(folder, "onnx/model.onnx"), bytes);
  const config = {
    model_type: "gpt2",
    architectures: ["GPT2LMHeadModel"],
    vocab_size: vocabulary,
    n_embd: width,
    n_head: 1,
    n_layer: 1,
    n_positions: 256,
  };
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  writeFileSync(join(folder, "generation_config.json"), JSON.stringify(generationConfig));
  return bytes.length;
}
