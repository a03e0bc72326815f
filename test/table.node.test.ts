import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as lanewise from "../src/index.js";
import { functions } from "../src/index.js";
import * as ops from "../src/ops/index.js";
import { engine } from "./support/engine.js";
import { goldenNames } from "./support/golden.js";

const root = new URL("..", import.meta.url);
const names = functions.map(({ name }) => name).sort();

/** The names of the files of a folder, less their ending. */
function filesOf(folder: string): string[] {
  return readdirSync(new URL(folder, root))
    .map((file) => file.replace(/\.\w+$/, ""))
    .sort();
}

it("the table and the kernels are the same set", () => {
  expect(filesOf("assembly/kernels/")).toEqual(names);
  for (const fn of functions) expect((lanewise as Record<string, unknown>)[fn.name]).toBe(fn);
});

it.each(engine.relaxedSimd ? ["simd", "relaxed"] : ["simd"])(
  "the exports of %s.wasm are those of the table, for both types",
  (target) => {
    const module = new WebAssembly.Module(readFileSync(new URL(`dist/${target}.wasm`, root)));
    const exported = WebAssembly.Module.exports(module).map(({ name }) => name);
    const wanted = names.flatMap((name) =>
      ["f32", "f64"].flatMap((type) => [`${name}_${type}`, `${name}_derivative_${type}`]),
    );
    expect(exported).toEqual(expect.arrayContaining(wanted));
    const elementwise = exported.filter((name) => name.includes("_derivative_"));
    expect(elementwise.length).toBe(2 * names.length);
  },
);

it("golden values exist for every function that rounds", () => {
  const rounding = functions.filter(({ definition }) => definition.ulp.value > 0).map(({ name }) => name);
  expect(goldenNames.sort()).toEqual(rounding.sort());
  expect(filesOf("test/golden/").filter((name) => name !== "plan")).toEqual(rounding.sort());
});

it("the README names every function", () => {
  const readme = readFileSync(new URL("README.md", root), "utf8");
  const table = /<!-- functions: [^]*?<!-- end of functions -->/.exec(readme)![0];
  const named = Array.from(table.matchAll(/^\| `(\w+)`/gm), ([, name]) => name);
  expect(named.sort()).toEqual(Object.keys(ops).sort());
});
