/** Makes dist/ of src/, but for the raw modules: what each kind of program imports (see `exports` in package.json). */

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type InputOption, type OutputOptions, type Plugin, rolldown } from "rolldown";
import { cached, packageVersion } from "./cache.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const src = `${root}src/`;
const dist = `${root}dist/`;

/** Puts other texts in the place of files of src/. */
function replace(texts: ReadonlyMap<string, string>): Plugin {
  return {
    name: "replace",
    load(id) {
      const code = texts.get(id.slice(src.length));
      return code === undefined ? null : { code, moduleType: "ts" };
    },
  };
}

/**
 * Drops imports of no name: what is left of those whose numbers were written in their place. No module does anything when it is
 * imported, and esbuild warns of such imports.
 */
const withoutBareImports: Plugin = {
  name: "without-bare-imports",
  generateBundle(_, files) {
    for (const file of Object.values(files)) {
      if (file.type === "chunk") file.code = file.code.replace(/^import "\.[^"]*";\n/gm, "");
    }
  },
};

/** Members that only this package's code sees, none of which has the name of another: bundlers can't shorten them, so this does. */
const INTERNAL_MEMBERS = [
  ...["blockIn", "blockOut", "compiledModule", "computation", "exportsOf", "firstInts", "firstView", "hasGradient", "inSecond"],
  ...["isNeverResident", "isOverwrittenBy", "kernelName", "kernelParameters", "perChunk", "rowIn", "runLength"],
  ...["scratchKernel", "secondBytes", "secondInts", "storeResident", "work64", "workBytes", "first32", "first64", "second32"],
  ...["second64", "firstOf", "secondOf", "insteadOf", "failures", "setParameters", "prepare", "copied", "compiled", "temporary", "operands", "sink", "plan", "compute"],
];

/** Shortens the internal members in what bundlers take: gelu's bundle is 127 bytes smaller by it, gzipped. */
const withShortMembers: Plugin = {
  name: "with-short-members",
  generateBundle(_, files) {
    const unseen = new Set(INTERNAL_MEMBERS);
    const pattern = new RegExp(`\\b(?:${INTERNAL_MEMBERS.join("|")})\\b(?!\\.js")`, "g");
    const shorten = (name: string) => {
      unseen.delete(name);
      return `_${INTERNAL_MEMBERS.indexOf(name).toString(36)}`;
    };
    for (const file of Object.values(files)) if (file.type === "chunk") file.code = file.code.replace(pattern, shorten);
    if (unseen.size > 0) throw new Error(`scripts/build/dist.ts: there is no member ${[...unseen].join()}`);
  },
};

/** Throws if the types that users see name a member that is shortened. */
function checkInternal(types: string): void {
  const code = types.replace(/\/\*[\s\S]*?\*\//g, "");
  const seen = INTERNAL_MEMBERS.filter((name) => new RegExp(`\\b${name}\\b`).test(code));
  if (seen.length > 0) throw new Error(`scripts/build/dist.ts: ${seen.join()} is public`);
}

/** The texts of src/js/, which replace files where there are no kernels. */
function withoutKernels(): Map<string, string> {
  const replacements = {
    "exec/chunked.ts": "chunked",
    "exec/fast.ts": "fast",
    "exec/resident.ts": "resident",
    "exec/rows/driver.ts": "rowsDriver",
    "exec/rows/fast.ts": "rowsFast",
    "runtime/kernels.ts": "kernels",
    "runtime/instance.ts": "instance",
    "runtime/backends.ts": "backends",
  };
  const texts = withoutModules();
  for (const [path, name] of Object.entries(replacements)) {
    const up = "../".repeat(path.split("/").length - 1);
    const text = readFileSync(`${src}js/${name}.ts`, "utf8");
    texts.set(path, text.replaceAll(' from "../', ` from "${up}`));
  }
  return texts;
}

/** The files of src/generated/ without the bytes of modules. */
function withoutModules(): Map<string, string> {
  const texts = new Map<string, string>();
  for (const name of readdirSync(`${src}generated/modules`)) {
    const path = `generated/modules/${name}`;
    texts.set(path, readFileSync(src + path, "utf8").replace(/text:\s*"(?:[^"\\]|\\.)*"/, 'text: ""'));
  }
  texts.set("generated/probes.ts", 'export const simd = "";\nexport const relaxed = "";\n');
  return texts;
}

/** Without embedded modules, but with their bytes in the file `name`, from which Node reads those of a function in no time. */
function withFile(name: string, files: ReadonlyMap<string, Uint8Array>): Map<string, string> {
  const places: Record<string, [start: number, length: number]> = {};
  let start = 0;
  for (const [key, { length }] of files) {
    places[key] = [start, length];
    start += length;
  }
  writeFileSync(dist + name, Buffer.concat([...files.values()]));
  const text = `
    import { closeSync, openSync, readSync } from "node:fs";

    const places = ${JSON.stringify(places)};

    function read(key) {
      const [start, length] = places[key];
      const bytes = new Uint8Array(length);
      const file = openSync(__dirname + "/${name}", "r");
      try {
        for (let at = 0; at < length; ) {
          const count = readSync(file, bytes, at, length - at, start + at);
          if (count === 0) throw new Error("lanewise/dist/${name} is too short");
          at += count;
        }
      } finally {
        closeSync(file);
      }
      return bytes;
    }

    export const moduleBytes = (module, build) => read(build + " " + module.name);
    export const probeBytes = (build) => read(build);
  `;
  return withoutModules().set("runtime/bytes.ts", text);
}

/** The file of Node's build that is loaded when a function is first called that is not elementwise. */
const LAZY = "node-lazy.cjs";

/** families/lazy.ts, for Node. */
function lazyText(): string {
  const makers = readFileSync(`${src}families/makers.ts`, "utf8");
  const names = Array.from(makers.matchAll(/^export (?:function (\w+)|\{ (\w+) \})/gm), ([, a, b]) => a ?? b);
  const load = `let lazy;\nconst load = () => (lazy ??= require(\`\${__dirname}/${LAZY}\`));\n`;
  return load + names.map((name) => `export const ${name} = (a, b, c) => load().${name}(a, b, c);\n`).join("");
}

/**
 * functions.ts without the object of all exports of ops/: the bundler makes that over the inherited names of an object too, which
 * fails where a program has added to Object.prototype.
 */
function functionsText(): string {
  const names = Array.from(readFileSync(`${src}ops/index.ts`, "utf8").matchAll(/^export \* from "\.\/(\w+)\.js";$/gm), ([, name]) => name);
  const list = names.join(", ");
  return readFileSync(`${src}functions.ts`, "utf8")
    .replace("import * as ops from", `import { ${list} } from`)
    .replace("Object.values(ops)", `[${list}]`);
}

/** Without embedded modules, but with the raw module of this import, as src/runtime/ sees it. */
function withRawModule(specifier: string): Map<string, string> {
  return withoutModules().set("runtime/whole.ts", `export { default as whole } from ${JSON.stringify(specifier)};\n`);
}

async function write(
  texts: ReadonlyMap<string, string>,
  output: OutputOptions,
  input: InputOption = `${src}index.ts`,
  plugins: readonly Plugin[] = [],
): Promise<void> {
  const bundle = await rolldown({
    input,
    external: [/\.wasm(\?module)?$/],
    plugins: [replace(new Map([...texts, ["functions.ts", functionsText()]])), withoutBareImports, ...plugins],
    preserveEntrySignatures: "allow-extension",
    tsconfig: false,
    // Fields that the constructor sets would stand twice in the code.
    transform: { typescript: { removeClassFieldsWithoutInitializer: true } },
  });
  await bundle.write(output);
  await bundle.close();
}

/** The types in one file, which takes TypeScript 4 s. They don't hang on the kernels. */
function makeTypes(): Promise<Buffer> {
  const texts = withoutModules();
  const paths = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts") && !/^(plot|cli)\//.test(path)).sort();
  const all = paths.flatMap((path) => [path, texts.get(path) ?? readFileSync(src + path, "utf8")]);
  const configs = ["tsconfig.json", "tsconfig.build.json"].map((path) => readFileSync(root + path, "utf8"));
  const makers = ["typescript", "rollup-plugin-dts"].map(packageVersion);
  return cached(["types", ...makers, ...configs, ...all], bundleTypes);
}

async function bundleTypes(): Promise<Buffer> {
  const [{ rollup }, { dts }] = await Promise.all([import("rollup"), import("rollup-plugin-dts")]);
  const bundle = await rollup({ input: `${src}index.ts`, plugins: [dts({ tsconfig: `${root}tsconfig.build.json` })] });
  const { output } = await bundle.generate({ format: "es" });
  await bundle.close();
  // TypeScript heeds references only where a file begins; the bundler leaves them in the middle.
  const references = output[0].code.match(/^\/\/\/ <reference .*\n/gm) ?? [];
  return Buffer.from(references.join("") + output[0].code.replace(/^\/\/\/ <reference .*\n/gm, ""));
}

/** Writes the types, of the ES module and of the CommonJS one. */
async function writeTypes(): Promise<void> {
  const types = await makeTypes();
  checkInternal(types.toString());
  writeFileSync(`${dist}index.d.cts`, types);
  // The same twice would take 19 kB of the package.
  writeFileSync(`${dist}index.d.ts`, 'export * from "./index.cjs";\n');
  writeFileSync(`${dist}wasm.d.ts`, "declare const module: WebAssembly.Module;\nexport default module;\n");
}

/**
 * Makes dist/ anew.
 *
 * @param files the bytes of the modules by "build name", and of the probes by "build"
 */
export async function makeDist(banner: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  const none = new Map<string, string>();
  // Editors show the docstrings of the types; in these files they would take 40 kB of the package.
  const comments = { jsdoc: false };
  const preserve = { preserveModules: true, preserveModulesRoot: src, comments };
  await Promise.all([
    write(none, { dir: `${dist}module`, ...preserve }, undefined, [withShortMembers]),
    write(
      withFile("kernels.bin", files).set("families/lazy.ts", lazyText()),
      {
        dir: dist,
        format: "cjs",
        minify: true,
        postBanner: banner,
        entryFileNames: "[name].cjs",
        chunkFileNames: "[name].cjs",
        // Files that both entries need go into the first.
        codeSplitting: { includeDependenciesRecursively: true, groups: [{ name: "node-core", test: /src\/index\.ts$/ }] },
      },
      { "node-core": `${src}index.ts`, [LAZY.replace(".cjs", "")]: `${src}families/makers.ts` },
    ),
    write(none, { file: `${dist}bundle.js`, minify: true, postBanner: banner }),
    write(withRawModule("../simd.wasm"), { file: `${dist}workerd.js`, minify: true, postBanner: banner }),
    write(withRawModule("../simd.wasm?module"), { file: `${dist}edge.js`, minify: true, postBanner: banner }),
    write(withoutKernels(), { dir: `${dist}js`, ...preserve }),
    write(withoutKernels(), { file: `${dist}js.cjs`, format: "cjs", minify: true, postBanner: banner }),
    writeTypes(),
  ]);
  writeNodeEntries();
}

/** The entries that `import` and `require` get in Node: of the same functions, so that both share arenas and the backend. */
function writeNodeEntries(): void {
  const names = publicNames().join(", ");
  writeFileSync(`${dist}node.cjs`, `const { ${names} } = require("./node-core.cjs");\nmodule.exports = { ${names} };\n`);
  writeFileSync(
    `${dist}node.js`,
    'import { createRequire } from "node:module";\n\n' +
      `export const { ${names} } = createRequire(import.meta.url)("./node-core.cjs");\n`,
  );
}

/** The names of what the package exports, as the types have them. */
function publicNames(): string[] {
  const types = readFileSync(`${dist}index.d.cts`, "utf8");
  const list = /^export \{ ([^}]*) \};$/m.exec(types);
  if (list === null) throw new Error("dist/index.d.cts exports no list of names");
  return list[1].split(", ").sort();
}
