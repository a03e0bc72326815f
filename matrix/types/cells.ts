/**
 * Compiles programs against the types of the packed package, with the least and the newest TypeScript that it supports, under every
 * way of resolving modules: what must compile, and what must not.
 */

import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Cell, Context, Outcome } from "../cell.js";
import { run } from "../command.js";
import { install, versionOf } from "../packages.js";

/** A way of resolving modules, with the programs that it can compile. */
interface Resolution {
  readonly name: string;
  readonly module: string;
  readonly files: readonly string[];
  /** Plots in a page, which need the types of the DOM. */
  readonly page?: true;
  /** Whether a version of TypeScript has it. */
  isIn?(major: number): boolean;
}

const anywhere = ["functions.ts", "float16.ts", "sampling.ts", "transformers.ts", "entries.ts"];

// Files are ES modules here, but for those with another ending; node10 knows no difference, and can't tell what Node would do.
const resolutions: readonly Resolution[] = [
  {
    name: "node10",
    module: "commonjs",
    files: [...anywhere, "required.cts"],
    page: true,
    isIn: (major) => major < 7,
  },
  { name: "node16", module: "node16", files: [...anywhere, "required.cts", "plotNode.ts"] },
  { name: "nodenext", module: "nodenext", files: [...anywhere, "required.cts", "plotNode.ts"] },
  { name: "bundler", module: "esnext", files: anywhere, page: true },
];

interface Setting {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly isLoose?: true;
}

const page = ["es2022", "esnext.disposable", "dom"];
const settings: readonly Setting[] = [
  { name: "strict", options: { strict: true, lib: page } },
  { name: "exact optional properties", options: { strict: true, exactOptionalPropertyTypes: true, lib: page } },
  { name: "without the DOM", options: { strict: true, exactOptionalPropertyTypes: true, lib: ["es2022"] } },
  { name: "not strict", options: { strict: false, lib: page }, isLoose: true },
];

/** What a version compiles of the programs, in the folder where it is installed. */
async function compile(folder: string, version: string, resolution: Resolution, setting: Setting): Promise<Outcome> {
  const part = `${resolution.name}, ${setting.name}`;
  const [major, minor] = version.split(".").map(Number);
  const hasDom = (setting.options.lib as string[]).includes("dom");
  const knowsBuffers = major > 5 || minor >= 7;
  const files = setting.isLoose
    ? ["loose.ts"]
    : [
        ...resolution.files,
        ...(knowsBuffers ? ["buffers.ts"] : []),
        ...(hasDom ? ["dom.ts"] : []),
        ...(resolution.page && hasDom ? ["plotPage.ts"] : []),
      ];
  const compilerOptions = {
    ...setting.options,
    target: "es2022",
    module: resolution.module,
    moduleResolution: resolution.name,
    noEmit: true,
    skipLibCheck: false,
    types: [],
    // The last version that has it warns of it.
    ...(resolution.name === "node10" && major === 6 && { ignoreDeprecations: "6.0" }),
  };
  const config = `tsconfig.${part.replace(/\W+/g, "-")}.json`;
  writeFileSync(join(folder, config), JSON.stringify({ compilerOptions, files }));
  const command = [process.execPath, "node_modules/typescript/bin/tsc", "--project", config];
  return await run(folder, command).then(
    () => ({ part, version }),
    (error: Error) => ({ part, version, failed: error.message }),
  );
}

async function compileAll(name: string, { folder, packed }: Context): Promise<Outcome[]> {
  await install(name, folder, packed);
  cpSync(fileURLToPath(new URL("cases", import.meta.url)), folder, { recursive: true });
  const version = versionOf(folder, "typescript");
  const outcomes: Outcome[] = [];
  for (const resolution of resolutions) {
    if (resolution.isIn?.(Number.parseInt(version, 10)) === false) continue;
    for (const setting of settings) outcomes.push(await compile(folder, version, resolution, setting));
  }
  return outcomes;
}

/** The least version, the last that is written in JavaScript, and the newest. */
const versions = ["5.4", "6.0", "7.0"];

export const types: readonly Cell[] = versions.map((version) => ({
  name: `TypeScript ${version}`,
  isQuick: version !== "6.0",
  run: (context) => compileAll(`typescript-${version}`, context),
}));
