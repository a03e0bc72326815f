import { describe, expect, it } from "vitest";
import { docstrings } from "../scripts/docstrings.js";
import * as lanewise from "../src/index.js";
import * as ops from "../src/ops/index.js";
import { Editor } from "./support/languageService.js";

const editor = new Editor();
const documented = docstrings();

/** Every function, and every member of one that can be called: "sigmoid", "sigmoid.derivative". */
const calls = Object.entries(ops).flatMap(([name, op]) => {
  const members = Object.entries(op as object).filter(([, member]) => typeof member === "function");
  return [name, ...members.map(([member]) => `${name}.${member}`)];
});

/** The parameters of a function with their defaults, as its definition has them; "approximate" of geglu is gelu's. */
function defaultsOf(name: string): [parameter: string, value: unknown][] {
  const { defaults = {} } = (name === "geglu" ? lanewise.gelu : ops[name as keyof typeof ops]) as { defaults?: object };
  return Object.entries(defaults);
}

describe.each(calls)("%s, in an editor", (call) => {
  const [name, member] = call.split(".");
  const takes =
    call === "topK"
      ? "x, 1"
      : call === "backwardFromOutput"
        ? "elu, x, x"
        : /^xlogy\./.test(call)
          ? "x, x, x"
          : /backward|weightGradient|biasGradient|CrossEntropy|Loss|Divergence|xlogy/.test(call)
            ? "x, x"
            : "x";

  it.each([
    ["where it is named", `${name}${member === undefined ? "|" : `.${member}|`};`],
    ["where it is called", `${name}${member === undefined ? "|" : `.${member}|`}(${takes});`],
  ])("says what it does, %s", (_, program) => {
    const { shown, said } = editor.hover(program);
    expect(shown).toMatch(new RegExp(`^(\\(alias\\) |function )+${call}\\b`));
    expect(said).toContain("@param");
    expect(said).toContain("@returns");
    if (member === undefined) expect(said).toContain(documented.get(name)!.text.split("\n")[0].slice(0, 60));
    else expect(said.split("\n@")[0].length).toBeGreaterThan(20);
  });

  it("says what its parameters are, with their defaults, while a call is written", () => {
    const { said, parameters } = editor.help(`${call}(|`);
    expect(said).not.toBe("");
    expect(parameters.size).toBeGreaterThan(0);
    for (const [parameter, text] of parameters) expect(text, parameter).not.toBe("");
    if (name === "prelu") return;
    const options = parameters.get("options") ?? "";
    for (const [parameter, value] of defaultsOf(name)) {
      // logit clamps nothing without an eps, and gated gradients refer to the function itself.
      if (value !== undefined && member !== "backward") expect(options).toContain(`\`${parameter}\``);
      if (value !== undefined && member !== "backward") expect(options).toContain(`default ${JSON.stringify(value)}`);
    }
  });

  it("offers its options with what each is", () => {
    const offered = editor.completions(`${call}(${takes}, { | });`);
    for (const [parameter] of defaultsOf(name)) expect([...offered.keys()]).toContain(parameter);
    expect(offered.size).toBeGreaterThan(0);
    for (const [option, text] of offered) expect(text, option).toMatch(/default|must be none/i);
  });
});

it("says of a derivative what it is", () => {
  expect(editor.hover("leakyRelu.derivative|(x);").said).toContain(
    "leakyRelu'(x), elementwise: 1 for x > 0, else negativeSlope",
  );
  expect(editor.hover("softmax.backward|(x, x);").said).toContain("y · (dy - Σ y·dy) / temperature");
});

it("points errors to what is wrong", () => {
  const programs = [
    "softmax(x, { dim: 1 });",
    "leakyRelu(x, { alpha: 0.3 });",
    "leakyRelu.derivative(x, { alpha: 0.3 });",
    "leakyRelu.backward(x, x, { alpha: 0.3 });",
    "sigmoid(x, { negativeSlope: 1 });",
    "sigmoid([1, 2, 3]);",
    "sigmoid(new Int32Array(3));",
    "sigmoid(x, { out: d });",
    "sigmoid.backward(x, d);",
    "softmax([1, 2, 3]);",
    "softmax(x, { shape: 3 });",
    "softmaxCrossEntropy(x, x, { out: x });",
    "softmaxCrossEntropy(x, x, { reduction: 'all' });",
    "step(x, { dtype: 'int8' });",
    "step(x, { type: 'int32' });",
    "prelu(x, { slope: 1 });",
    "greater(x, { than: 1 });",
    "argmax(x, { dim: 1 });",
    "logSumExp(x, { dim: 1 });",
    "glu(x, { dim: 1 });",
    "sample(x, { top_k: 1 });",
  ];
  expect(Object.fromEntries(programs.map((program) => [program, editor.errors(program)]))).toMatchInlineSnapshot(`
    {
      "argmax(x, { dim: 1 });": [
        "dim: Object literal may only specify known properties, and 'dim' does not exist in type 'ArgmaxOptions<Int32Array<ArrayBuffer>>'.",
      ],
      "glu(x, { dim: 1 });": [
        "dim: Object literal may only specify known properties, and 'dim' does not exist in type 'GatedOptions<Float32Array<ArrayBuffer>>'.",
      ],
      "greater(x, { than: 1 });": [
        "than: Object literal may only specify known properties, and 'than' does not exist in type 'GreaterOptions<Uint8Array<ArrayBuffer>>'.",
      ],
      "leakyRelu(x, { alpha: 0.3 });": [
        "alpha: Object literal may only specify known properties, and 'alpha' does not exist in type 'ElementwiseOptions<LeakyReluParameters, Float32Array<ArrayBuffer>>'.",
      ],
      "leakyRelu.backward(x, x, { alpha: 0.3 });": [
        "alpha: Object literal may only specify known properties, and 'alpha' does not exist in type 'ElementwiseOptions<LeakyReluParameters, Float32Array<ArrayBuffer>>'.",
      ],
      "leakyRelu.derivative(x, { alpha: 0.3 });": [
        "alpha: Object literal may only specify known properties, and 'alpha' does not exist in type 'ElementwiseOptions<LeakyReluParameters, Float32Array<ArrayBuffer>>'.",
      ],
      "logSumExp(x, { dim: 1 });": [
        "dim: Object literal may only specify known properties, and 'dim' does not exist in type 'LogSumExpOptions<Float32Array<ArrayBuffer>, SameType<Float32Array<ArrayBufferLike>>>'.",
      ],
      "prelu(x, { slope: 1 });": [
        "slope: Object literal may only specify known properties, and 'slope' does not exist in type 'PreluOptions<Float32Array<ArrayBuffer>, number | SameType<Float32Array<ArrayBufferLike>>>'.",
      ],
      "sample(x, { top_k: 1 });": [
        "top_k: Object literal may only specify known properties, but 'top_k' does not exist in type 'SampleOptions'. Did you mean to write 'topK'?",
      ],
      "sigmoid([1, 2, 3]);": [
        "[1, 2, 3]: Argument of type 'number[]' is not assignable to parameter of type 'number | FloatArray'.",
      ],
      "sigmoid(new Int32Array(3));": [
        "new Int32Array(3): Argument of type 'Int32Array<ArrayBuffer>' is not assignable to parameter of type 'number | FloatArray'.",
      ],
      "sigmoid(x, { negativeSlope: 1 });": [
        "negativeSlope: Object literal may only specify known properties, and 'negativeSlope' does not exist in type 'OutOption<Float32Array<ArrayBuffer>>'.",
      ],
      "sigmoid(x, { out: d });": [
        "out: Type 'Float64Array<ArrayBufferLike>' is not assignable to type 'SameType<Float32Array<ArrayBufferLike>> | undefined'.",
      ],
      "sigmoid.backward(x, d);": [
        "d: Argument of type 'Float64Array<ArrayBufferLike>' is not assignable to parameter of type 'SameType<Float32Array<ArrayBufferLike>>'.",
      ],
      "softmax([1, 2, 3]);": [
        "[1, 2, 3]: Argument of type 'number[]' is not assignable to parameter of type '(number | FloatArray) & object'.",
      ],
      "softmax(x, { dim: 1 });": [
        "dim: Object literal may only specify known properties, and 'dim' does not exist in type 'SoftmaxOptions<Float32Array<ArrayBuffer>>'.",
      ],
      "softmax(x, { shape: 3 });": [
        "shape: Type 'number' is not assignable to type 'readonly number[]'.",
      ],
      "softmaxCrossEntropy(x, x, { out: x });": [
        "out: Type 'Float32Array<ArrayBufferLike>' is not assignable to type 'undefined'.",
      ],
      "softmaxCrossEntropy(x, x, { reduction: 'all' });": [
        "reduction: Type '"all"' is not assignable to type 'Reduction | undefined'.",
      ],
      "step(x, { dtype: 'int8' });": [
        "dtype: Type '"int8"' is not assignable to type '"int32"'.",
      ],
      "step(x, { type: 'int32' });": [
        "type: Object literal may only specify known properties, but 'type' does not exist in type 'StepOptions<Float32Array<ArrayBuffer>, undefined>'. Did you mean to write 'dtype'?",
      ],
    }
  `);
});
