/** Engines that get one file: an old Node without SIMD, QuickJS and Hermes. */

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import typescript from "typescript";
import type { Cell } from "../cell.js";
import { installed, unpack, versionOf } from "../packages.js";
import { judge, probedIn } from "../probe/check.js";
import { hermes, node14 } from "./engines.js";
import { bundleProgram, judgeProgram } from "./programs.js";

const specifiers = ["lanewise", "lanewise/bundle", "lanewise/js"];

const noWasm = /^this engine has no WebAssembly$/;

/** The package asks for Node 20: of its file, 14 has all but a little of the syntax, which esbuild rewrites as bundlers do for old browsers. */
const node14Cell: Cell = {
  name: "Node 14, in ES2020",
  async run({ folder, packed }) {
    const found = await node14();
    await unpack(packed, folder);
    const outcomes = [];
    for (const specifier of specifiers) {
      const file = await bundleProgram(folder, specifier, { target: "es2020", format: "iife" });
      const why = specifier.endsWith("/js") ? {} : { why: /no SIMD$/ };
      outcomes.push(await judgeProgram(folder, found, file, { backend: "js", ...why }, specifier));
    }
    return outcomes;
  },
};

/** QuickJS runs within this process, as WebAssembly itself. */
const quickjsCell: Cell = {
  name: "QuickJS",
  async run({ folder, packed }) {
    const modules = await installed("quickjs");
    const version = versionOf(modules, "quickjs-emscripten");
    await unpack(packed, folder);
    const { getQuickJS } = createRequire(join(modules, "package.json"))("quickjs-emscripten") as QuickJSModule;
    const quickjs = await getQuickJS();
    const outcomes = [];
    for (const specifier of specifiers) {
      const file = await bundleProgram(folder, specifier, { format: "iife" });
      const text = `let printed = ""; globalThis.print = (line) => (printed = line); ${readFileSync(file, "utf8")}; printed;`;
      const probed = probedIn(String(quickjs.evalCode(text)));
      outcomes.push({
        part: specifier,
        version,
        ...judge(probed, "js", specifier.endsWith("/js") ? undefined : noWasm),
      });
    }
    return outcomes;
  },
};

interface QuickJSModule {
  getQuickJS(): Promise<{ evalCode(code: string): unknown }>;
}

/** Hermes has no classes: as React Native does by Babel, they are rewritten, here by TypeScript. */
const hermesCell: Cell = {
  name: "Hermes, in ES5",
  async run({ folder, packed }) {
    const found = await hermes();
    await unpack(packed, folder);
    const outcomes = [];
    for (const specifier of specifiers) {
      const file = await bundleProgram(folder, specifier, { format: "iife" });
      const { ES5 } = typescript.ScriptTarget;
      const { outputText } = typescript.transpileModule(readFileSync(file, "utf8"), {
        compilerOptions: { target: ES5, module: typescript.ModuleKind.None, downlevelIteration: true },
      });
      writeFileSync(file, outputText);
      const why = specifier.endsWith("/js") ? {} : { why: noWasm };
      outcomes.push(await judgeProgram(folder, found, file, { backend: "js", ...why }, specifier));
    }
    return outcomes;
  },
};

export const oneFileCells: readonly Cell[] = [node14Cell, quickjsCell, hermesCell];
