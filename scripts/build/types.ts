/** Makes the types of the package. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "rollup";
import { cached, packageVersion } from "./cache.js";
import { declareFunctions } from "./declarations.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const src = `${root}src/`;

/** Files of types: name and text. */
type Files = readonly (readonly [name: string, text: string])[];

/** The packages of which types are imported: each with the file of src/ that it is, or "" where it is none. */
type Externals = Readonly<Record<string, string>>;

/** The types of entries, each in one file, what several have in common in another one. TypeScript takes 4 s for those of index.ts. */
async function bundleTypes(entries: Readonly<Record<string, string>>, external: Externals): Promise<Files> {
  const [{ rollup }, { dts }] = await Promise.all([import("rollup"), import("rollup-plugin-dts")]);
  const input = Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, src + path]));
  const names = new Map(Object.entries(external).map(([name, path]) => [path === "" ? name : src + path.replace(/ts$/, "js"), name]));
  const keep: Plugin = {
    name: "keep",
    resolveId(id, importer) {
      const name = names.get(importer !== undefined && id.startsWith(".") ? join(dirname(importer), id) : id);
      return name === undefined ? null : { id: name, external: true };
    },
  };
  const bundle = await rollup({ input, plugins: [keep, dts({ tsconfig: `${root}tsconfig.build.json` })] });
  const files = { entryFileNames: "[name].d.ts", chunkFileNames: `${Object.keys(entries)[0]}-common.d.ts` };
  const { output } = await bundle.generate({ format: "es", minifyInternalExports: false, ...files });
  await bundle.close();
  return output.filter((file) => file.type === "chunk").map(({ fileName, code }) => [fileName, code] as const);
}

/**
 * The same, from the cache if nothing has changed.
 *
 * @param texts what stands in the place of files of src/: types don't hang on the kernels
 */
async function cachedTypes(
  entries: Readonly<Record<string, string>>,
  external: Externals,
  texts: ReadonlyMap<string, string>,
): Promise<Files> {
  const paths = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts") && !path.startsWith("cli/")).sort();
  const all = paths.flatMap((path) => [path, texts.get(path) ?? readFileSync(src + path, "utf8")]);
  const configs = ["tsconfig.json", "tsconfig.build.json"].map((path) => readFileSync(root + path, "utf8"));
  const makers = ["typescript", "rollup-plugin-dts"].map(packageVersion);
  const from = ["types", JSON.stringify([entries, external]), ...makers, ...configs, ...all];
  const made = await cached(from, async () => Buffer.from(JSON.stringify(await bundleTypes(entries, external))));
  return JSON.parse(made.toString()) as Files;
}

/** Writes the types of entries, and returns those of the first. */
export async function writeTypes(
  dist: string,
  entries: Readonly<Record<string, string>>,
  external: Externals = {},
): Promise<string> {
  const files = await cachedTypes(entries, external, new Map());
  for (const [name, text] of files) writeFileSync(dist + name, text);
  return files[0][1];
}

/** Writes the types of the functions, of the ES module and of the CommonJS one, and returns them. */
export async function writeIndexTypes(dist: string, texts: ReadonlyMap<string, string>): Promise<string> {
  const [[, code]] = await cachedTypes({ index: "index.ts" }, {}, texts);
  // TypeScript heeds references only where a file begins; the bundler leaves them in the middle.
  const reference = /^\/\/\/ <reference .*\n/gm;
  const types = declareFunctions((code.match(reference) ?? []).join("") + code.replace(reference, ""));
  writeFileSync(`${dist}index.d.cts`, types);
  // The same twice would take 19 kB of the package.
  writeFileSync(`${dist}index.d.ts`, 'export * from "./index.cjs";\n');
  writeFileSync(`${dist}wasm.d.ts`, "declare const module: WebAssembly.Module;\nexport default module;\n");
  return types;
}
