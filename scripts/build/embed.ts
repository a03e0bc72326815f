/** Writes what src/ needs of the modules: their bytes as text, the types of their kernels, and the numbers of the layout. */

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { loaderSource } from "./loader.js";
import { bytesText, codeFile } from "./text.js";
import { type KernelModule, layoutNumbers } from "./modules.js";
import type { Slot } from "./slots.js";
import type { Build } from "./text.js";

export const generated = fileURLToPath(new URL("../../src/generated/", import.meta.url));

/** "leakyRelu" → "LeakyReluKernels" */
function kernelsType(name: string): string {
  return `${name[0].toUpperCase()}${name.slice(1)}Kernels`;
}

function moduleFile({ name, kernels }: KernelModule, text: string): string {
  const members = kernels.map(({ name, parameters }) => {
    const union = parameters.map((parameter) => JSON.stringify(parameter)).join(" | ");
    return `  readonly ${name}: ${union || "never"};\n`;
  });
  const reading = kernels.filter(({ name, parameters }) => parameters.length > 0 && !name.endsWith("_derivative"));
  const parameters = reading.map(({ name, parameters }) => `    ${name}: ${JSON.stringify(parameters)},\n`);
  return (
    `import type { ModuleText } from "../../runtime/modules.js";\n\n` +
    `/** The kernels by name, and the names of the parameters that each reads. */\n` +
    `export interface ${kernelsType(name)} {\n${members.join("")}}\n\n` +
    `export const ${name}Module: ModuleText<${kernelsType(name)}> = {\n` +
    `  name: ${JSON.stringify(name)},\n` +
    (parameters.length > 0 ? `  parameters: {\n${parameters.join("")}  },\n` : "") +
    `  text:\n    ${JSON.stringify(text)},\n};\n`
  );
}

function layoutFile(slots: ReadonlyMap<string, Slot>, hash: number): string {
  const end = Math.max(...Array.from(slots.values(), ([, end]) => end));
  const numbers = layoutNumbers().map(({ name, value, comment }) => `${comment}export const ${name} = ${value};\n`);
  return [
    "/* From assembly/layout.ts and assembly/slots.json. */\n",
    ...numbers,
    `/** The first byte of memory behind the slots of all modules. */\nexport const SLOTS_END = ${end};\n`,
    `/** The number that a whole module exports as \`interface\`. */\nexport const INTERFACE = ${hash};\n`,
  ].join("\n");
}

/** Writes src/generated/, leaving files alone that stay the same. */
export function embed(
  modules: readonly KernelModule[],
  texts: ReadonlyMap<string, string>,
  probes: Readonly<Record<Build, Uint8Array>>,
  slots: ReadonlyMap<string, Slot>,
  hash: number,
): void {
  const files = new Map<string, string>();
  for (const module of modules) files.set(`modules/${module.name}.ts`, moduleFile(module, texts.get(module.name)!));
  files.set("layout.ts", layoutFile(slots, hash));
  files.set("code.ts", codeFile());
  const probeTexts = Object.entries(probes).map(
    ([name, bytes]) => `export const ${name}: string =\n  ${JSON.stringify(bytesText(bytes))};\n`,
  );
  files.set("probes.ts", probeTexts.join(""));
  files.set("loader.ts", loaderSource());
  for (const path of readdirSync(generated, { recursive: true, encoding: "utf8" })) {
    if (path.endsWith(".ts") && !files.has(path)) rmSync(generated + path);
  }
  for (const [path, text] of files) write(generated + path, text);
}

/** Writes a file, and the folder that it lies in, unless it has this text. */
export function write(path: string, text: string): void {
  try {
    if (readFileSync(path, "utf8") === text) return;
  } catch {
    mkdirSync(dirname(path), { recursive: true });
  }
  writeFileSync(path, text);
}
