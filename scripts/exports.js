// @ts-check
/**
 * Writes assembly/generated/exports.ts: AssemblyScript exports no generic function, so each is named here for f32 and
 * for f64. The list is read off the sources, it is kept nowhere.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const assembly = new URL("../assembly/", import.meta.url);

/** Files whose exported generic functions become exports of the module, but for what is inlined into other files. */
const genericSources = [
  "map",
  "compare",
  "masks",
  "terms",
  "rows",
  "columns",
  "columnGradients",
  "softmax",
  "maxima",
  "tokens",
  "losses",
];

const types = ["f32", "f64"];
const imports = [];
const functions = [];

for (const source of genericSources) {
  const text = readFileSync(new URL(`${source}.ts`, assembly), "utf8");
  imports.push(`import * as in_${source} from "../${source}";`);
  for (const [, name, parameters, result] of text.matchAll(
    /(?<!@inline\n)^export function (\w+)<T>\(([^)]*)\): (\w+)/gm,
  )) {
    const given = parameters.replaceAll(/: \w+/g, "");
    for (const type of types) {
      functions.push(
        `export function ${name}_${type}(${parameters}): ${result} {\n  return in_${source}.${name}<${type}>(${given});\n}`,
      );
    }
  }
}

const kernels = readdirSync(new URL("kernels/", assembly))
  .map((file) => file.replace(/\.ts$/, ""))
  .sort();
for (const kernel of kernels) {
  imports.push(`import * as ${kernel} from "../kernels/${kernel}";`);
  // A kernel of two inputs goes through the loop over pairs.
  const ofPairs = /\bat<T>\(\w+: v128, /.test(readFileSync(new URL(`kernels/${kernel}.ts`, assembly), "utf8"));
  const [loop, inputs] = ofPairs ? ["mapPairs", ["x", "y"]] : ["map", ["src"]];
  const given = [...inputs, "dst", "n"];
  for (const [suffix, kind] of [
    ["", "Value"],
    ["_derivative", "Derivative"],
  ]) {
    for (const type of types) {
      functions.push(
        `export function ${kernel}${suffix}_${type}(${given.map((name) => `${name}: usize`).join(", ")}): void {\n` +
          `  in_map.${loop}<${kernel}.${kind}, ${type}>(${given.join(", ")});\n}`,
      );
    }
  }
}

mkdirSync(new URL("generated/", assembly), { recursive: true });
writeFileSync(new URL("generated/exports.ts", assembly), [...imports, ...functions].join("\n") + "\n");
