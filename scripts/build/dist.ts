/** Makes dist/ of src/, but for the raw modules: what each kind of program imports (see `exports` in package.json). */

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { type InputOption, type OutputOptions, type Plugin, rolldown } from "rolldown";
import type { KernelModule } from "./modules.js";
import { writeIndexTypes, writeTypes } from "./types.js";

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

/** Members that only this package's code sees: bundlers can't shorten them, so this does. Those that gelu needs come first. */
const INTERNAL_MEMBERS = [
  ...["copied", "plan", "first64", "firstOf", "first32", "temporary", "setParameters", "sink", "operands", "result", "given", "read"],
  ...["array", "numbers", "check", "load", "kind", "address", "scratchKernel", "prepare", "compute", "perChunk", "computation"],
  ...["hasGradient", "kernels", "whole", "second32", "second64", "blockOut", "exportsOf", "compiledModule", "isOverwrittenBy", "failures", "compiled"],
  ...["firstView", "kernelName", "kernelParameters", "inSecond", "blockIn", "insteadOf", "unary", "store", "rowViews", "workViews"],
  ...["firstInts", "secondInts", "secondBytes", "isNeverResident", "runLength", "storeResident", "secondOf"],
];

/** What they are called: by a letter each, then by two. */
const SHORT_MEMBERS = Object.fromEntries(
  INTERNAL_MEMBERS.map((name, i) => {
    const letter = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[i % 52];
    return [name, i < 52 ? letter : `_${letter}`];
  }),
);

/** A template over several lines, whose spaces are part of it. */
const LONG_TEMPLATE = /^[^`\n]*(?:`[^`\n]*`[^`\n]*)*`[^`\n]*$/m;

/** Code without its indentation, which takes 3 kB of the package. (esbuild's printing without spaces drops @__PURE__.) */
function withoutIndentation(code: string): string {
  return LONG_TEMPLATE.test(code) ? code : code.replace(/^ +/gm, "");
}

/**
 * Shortens the internal members in what bundlers take: gelu's bundle is 200 bytes smaller by it, gzipped. `lanewise/js`, which has
 * not all of them, gets the same names, because files that are alike take hardly more of the package than one.
 */
const withShortMembers = (members: readonly string[]): Plugin => ({
  name: "with-short-members",
  async generateBundle(_, files) {
    const unseen = new Set(members);
    const mangleProps = new RegExp(`^(?:${INTERNAL_MEMBERS.join("|")})$`);
    for (const file of Object.values(files)) {
      if (file.type !== "chunk") continue;
      for (const name of unseen) if (new RegExp(`\\b${name}\\b`).test(file.code)) unseen.delete(name);
      file.code = withoutIndentation((await transform(file.code, { mangleProps, mangleCache: SHORT_MEMBERS })).code);
    }
    if (unseen.size > 0) throw new Error(`scripts/build/dist.ts: there is no member ${[...unseen].join()}`);
  },
});

/** Throws if a number that kernels read by its name is called as a member that is shortened: the kernels would be given NaN. */
export function checkKernelParameters(modules: readonly KernelModule[]): void {
  for (const { kernels } of modules) {
    for (const { name, parameters } of kernels) {
      const shortened = parameters.find((parameter) => INTERNAL_MEMBERS.includes(parameter));
      if (shortened !== undefined)
        throw new Error(`assembly/: ${name} has a parameter ${shortened}, a member that scripts/build/dist.ts shortens`);
    }
  }
}

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
    "exec/rows/maskChange.ts": "rowsMaskChange",
    "families/rowKernels.ts": "rowKernels",
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

const PROBES = "generated/probes.ts";

/** The files of src/generated/ without the texts of modules. */
function withoutModules(): Map<string, string> {
  const texts = new Map<string, string>();
  for (const name of readdirSync(`${src}generated/modules`)) {
    const path = `generated/modules/${name}`;
    texts.set(path, readFileSync(src + path, "utf8").replace(/text:\s*"(?:[^"\\]|\\.)*"/, 'text: ""'));
  }
  texts.set(PROBES, 'export const simd = "";\nexport const relaxed = "";\n');
  return texts;
}

/** Without embedded modules: Node reads them from the files of dist/module/. The probes are in the code, so that none is read where no kernel can run. */
function withFiles(): Map<string, string> {
  const texts = withoutModules();
  texts.delete(PROBES);
  return texts.set("runtime/text.ts", readFileSync(`${src}node/text.ts`, "utf8").replace("../runtime/", "./"));
}

/** The file of Node's build that is loaded when a function is first called that is not elementwise. */
const LAZY = "node-lazy.cjs";

/** families/lazy.ts, for Node. */
function lazyText(): string {
  const makers = readFileSync(`${src}families/makers.ts`, "utf8");
  const names = Array.from(makers.matchAll(/^export (?:function (\w+)|\{ (\w+) \})/gm), ([, a, b]) => a ?? b);
  const load = `let lazy;\nconst load = () => (lazy ??= require(\`\${__dirname}/${LAZY}\`));\n`;
  return load + names.map((name) => `export const ${name} = (...args) => load().${name}(...args);\n`).join("");
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

/** Without embedded modules, but with `setWhole`, by which an entry hands over the raw module that it imports. */
function withSetter(): Map<string, string> {
  return withoutModules()
    .set("runtime/whole.ts", "export let whole;\nexport const setWhole = (module) => void (whole = module);\n")
    .set("index.ts", `${readFileSync(`${src}index.ts`, "utf8")}export { setWhole } from "./runtime/whole.js";\n`);
}

async function write(
  texts: ReadonlyMap<string, string>,
  output: OutputOptions,
  input: InputOption = `${src}index.ts`,
  plugins: readonly Plugin[] = [],
): Promise<void> {
  const bundle = await rolldown({
    input,
    plugins: [replace(new Map([...texts, ["functions.ts", functionsText()]])), withoutBareImports, ...plugins],
    preserveEntrySignatures: "allow-extension",
    tsconfig: false,
    // The names of sources as comments would take 2 kB of the package.
    experimental: { attachDebugInfo: "none" },
    // On a busy machine it warns of how long it took.
    checks: { pluginTimings: false },
    // Fields that the constructor sets would stand twice in the code.
    transform: { typescript: { removeClassFieldsWithoutInitializer: true } },
  });
  await bundle.write(output);
  await bundle.close();
}

/** Makes dist/ anew. */
export async function makeDist(banner: string): Promise<void> {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  const none = new Map<string, string>();
  // Editors show the docstrings of the types; in these files they would take 40 kB of the package.
  const comments = { jsdoc: false };
  const preserve = { preserveModules: true, preserveModulesRoot: src, comments };
  await Promise.all([
    write(
      none,
      { dir: `${dist}module`, ...preserve },
      [`${src}index.ts`, `${src}sampling/index.ts`, `${src}runtime/noEnvironment.ts`],
      [withShortMembers(INTERNAL_MEMBERS)],
    ),
    write(
      withFiles().set("families/lazy.ts", lazyText()),
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
      { "node-core": `${src}index.ts`, [LAZY.replace(".cjs", "")]: `${src}families/makers.ts`, "sampling-core": `${src}sampling/index.ts` },
    ),
    write(none, ...withSampling("bundle", banner)),
    write(withSetter(), ...withSampling("hosted", banner)),
    write(withoutKernels(), { dir: `${dist}js`, ...preserve }, undefined, [withShortMembers([])]),
    write(withoutKernels(), { file: `${dist}js.cjs`, format: "cjs", minify: true, postBanner: banner }),
    writeIndexTypes(dist, withoutModules()).then(checkInternal),
  ]);
  const names = namesIn(readFileSync(`${dist}index.d.cts`, "utf8"));
  writeNodeEntries("node", "node-core.cjs", "index.js", names);
  writeHostedEntries(names);
  writeModuleManifest();
}

/** A file with all functions, and one of `lanewise/sampling` that imports from it what both need. */
function withSampling(name: string, banner: string): [OutputOptions, InputOption] {
  // In two files, because what compresses the package looks back over 32 kB: those of both names lie near enough to be alike, 11 kB of it.
  const filters = { name: `filters-${name}`, test: /src\/sampling\/(?:filters|penalties)\// };
  const groups = [{ name, test: /src\/index\.ts$/, priority: 1 }, filters];
  const codeSplitting = { includeDependenciesRecursively: true, groups };
  const names = { entryFileNames: "[name].js", chunkFileNames: "[name].js" };
  const input = { [name]: `${src}index.ts`, [`sampling-${name}`]: `${src}sampling/index.ts` };
  return [{ dir: dist, minify: true, minifyInternalExports: false, postBanner: banner, ...names, codeSplitting }, input];
}

/**
 * Says of dist/module/ that Node doesn't run it: without a type, its files aren't ES modules there. Servers that are built by Nitro
 * (Nuxt) bundle such files. They would else copy them and leave the import to Node, which would look for dist/node.js.
 */
function writeModuleManifest(): void {
  writeFileSync(`${dist}module/package.json`, '{ "sideEffects": false }\n');
}

/**
 * The entries that `import` and `require` get in Node: of the same functions, so that both share arenas and the backend. Bundlers that
 * don't know the condition `module` take them too. They follow these imports and leave Node's files behind, so what they make has the
 * module of bundlers to turn to.
 *
 * @param entry the name of the entries
 * @param core the file of Node's functions
 * @param module the file that bundlers take
 */
function writeNodeEntries(entry: string, core: string, module: string, names: string): void {
  writeFileSync(
    `${dist}${entry}.cjs`,
    `const isWhole = typeof __dirname === "string" && require("node:fs").existsSync(\`\${__dirname}/${LAZY}\`);\n` +
      `const { ${names} } = isWhole ? require("./${core}") : require("./module/${module}");\n` +
      `module.exports = { ${names} };\n`,
  );
  writeFileSync(`${dist}${entry}.js`, `import lanewise from "./${entry}.cjs";\n\nexport const { ${names} } = lanewise;\n`);
}

/** Adds the types and the entries of `lanewise/sampling`. */
export async function writeSamplingEntries(): Promise<void> {
  const types = await writeTypes(dist, { sampling: "sampling/index.ts" });
  checkInternal(types);
  // As for the functions: the same twice would take 9 kB of the package.
  writeFileSync(`${dist}sampling.d.cts`, types);
  writeFileSync(`${dist}sampling.d.ts`, 'export * from "./sampling.cjs";\n');
  const names = namesIn(types);
  writeNodeEntries("sampling-node", "sampling-core.cjs", "sampling/index.js", names);
  for (const host of ["workerd", "edge"]) {
    writeFileSync(`${dist}sampling-${host}.js`, `import "./${host}.js";\n\nexport { ${names} } from "./sampling-${HOSTED}";\n`);
  }
}

/** The functions for hosts that compile no bytes. */
const HOSTED = "hosted.js";

/** The entries of such hosts, each with its way to import the raw module. For bundlers they have side effects (package.json). */
function writeHostedEntries(names: string): void {
  for (const [entry, specifier] of [
    ["workerd.js", "./simd.wasm"],
    ["edge.js", "./simd.wasm?module"],
  ]) {
    writeFileSync(
      dist + entry,
      `import whole from "${specifier}";\nimport { setWhole } from "./${HOSTED}";\n\n` +
        `setWhole(whole);\n\nexport { ${names} } from "./${HOSTED}";\n`,
    );
  }
}

/** The names of what types export, besides types. */
function namesIn(types: string): string {
  const list = /^export \{ ([^}]*) \};$/m.exec(types);
  if (list === null) throw new Error("scripts/build/dist.ts: these types export no list of names");
  return list[1].split(", ").sort().join(", ");
}
