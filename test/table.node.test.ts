import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as lanewise from "../src/index.js";
import { functions } from "../src/index.js";
import * as ops from "../src/ops/index.js";
import { float32 } from "../src/args/dtype.js";
import { Parameters } from "../src/args/parameters.js";
import { engine } from "./support/engine.js";
import { goldenNames, settingsOf } from "./support/golden.js";
import { expectSaid, SAID } from "./support/said.js";

const root = new URL("..", import.meta.url);

/**
 * The elementwise kernels that the definitions name: some functions have one more for other parameters. With one weight, prelu
 * runs the kernels of leakyRelu; its own take a weight beside each element.
 */
const kernels = functions
  .flatMap(({ name, definition }) => {
    const parameters = new Parameters(definition, name);
    return settingsOf(name).map((setting) => parameters.plan(name, parameters.read(name, setting), float32).kernel);
  })
  .concat("prelu")
  .filter((name, i, all) => all.indexOf(name) === i)
  .sort();

/** The names of the files of a folder, less their ending. */
function filesOf(folder: string): string[] {
  return readdirSync(new URL(folder, root))
    .map((file) => file.replace(/\.\w+$/, ""))
    .sort();
}

it("the definitions name the kernels that there are", () => {
  // gelu.tanh.ts is the kernel geluTanh.
  const files = filesOf("assembly/elementwise/kernels/");
  const names = files.map((file) => file.replace(/\.(\w)/, (_, letter: string) => letter.toUpperCase()));
  expect(names.sort()).toEqual(kernels);
  for (const fn of functions) expect((lanewise as Record<string, unknown>)[fn.name]).toBe(fn);
});

it.each(engine.relaxedSimd ? ["simd", "relaxed"] : ["simd"])(
  "the exports of %s.wasm are those of the definitions, for both types",
  (target) => {
    const module = new WebAssembly.Module(readFileSync(new URL(`dist/${target}.wasm`, root)));
    const exported = WebAssembly.Module.exports(module).map(({ name }) => name);
    const wanted = kernels.flatMap((name) =>
      ["f32", "f64"].flatMap((type) => [`${name}_${type}`, `${name}_derivative_${type}`]),
    );
    expect(exported).toEqual(expect.arrayContaining(wanted));
    const elementwise = exported.filter((name) => name.includes("_derivative_"));
    expect(elementwise.length).toBe(2 * kernels.length);
  },
);

it("golden values exist for every function that rounds", () => {
  // Beside prelu, which takes two inputs.
  const rounding = functions
    .map(({ name, definition }) => (definition.ulp.value > 0 ? name : ""))
    .filter((name) => name !== "" && name !== "prelu");
  expect(goldenNames.sort()).toEqual(rounding.sort());
  expect(
    filesOf("test/golden/").filter(
      (name) => !["attention", "packed", "plan", "bits", "samplers", "worst", "fromOutput"].includes(name),
    ),
  ).toEqual(rounding.sort());
});

it("the README names every function", () => {
  const readme = readFileSync(new URL("README.md", root), "utf8");
  const table = /<!-- functions: [^]*?<!-- end of functions -->/.exec(readme)![0];
  const named = Array.from(table.matchAll(/^\| `(\w+)`/gm), ([, name]) => name);
  expect(named.sort()).toEqual(Object.keys(ops).sort());
});

/** Calls in the docstrings of which the docstring tells the result: an array or a number. */
const examples = filesOf("src/ops/").flatMap((file) => {
  const text = readFileSync(new URL(`src/ops/${file}.ts`, root), "utf8");
  const found = text.matchAll(new RegExp(`^ \\* (.+); // (${SAID})$`, "gm"));
  return Array.from(found, ([, call, said]) => ({ call, said }));
});

it.each(examples)("$call gives $said", ({ call, said }) => {
  expectSaid(new Function(...Object.keys(lanewise), `return ${call};`)(...Object.values(lanewise)), said);
});

it("most functions have such an example", () => {
  expect(examples.length).toBeGreaterThan(45);
});
