/** Programs that run in a Node of their own, as on other hosts. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Settings {
  readonly flags?: readonly string[];
  /** Where the program runs. There `lanewise` is this package if that is its root. */
  readonly cwd?: string;
}

/** Runs a program in a Node of its own, and returns what it sends. */
export function run<T>(program: string, { flags = [], cwd = root }: Settings = {}): T {
  const text = `const send = (result) => console.log(JSON.stringify(result));\n${program}`;
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, "--input-type=module", "--eval", text], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, LANEWISE_BACKEND: undefined },
    timeout: 60_000,
  });
  if (status !== 0) throw new Error(`Node ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Hooks by which Node imports `x.wasm` and `x.wasm?module` as these hosts do: as a compiled module. */
const wasmHooks = `
  export async function load(url, context, next) {
    if (!/\\.wasm(\\?module)?$/.test(url)) return next(url, context);
    const source = \`import { readFileSync } from "node:fs";
      export default new WebAssembly.Module(readFileSync(new URL(\${JSON.stringify(url)})));\`;
    return { format: "module", shortCircuit: true, source };
  }`;
export const importsWasm = `
  const { register } = await import("node:module");
  register("data:text/javascript," + encodeURIComponent(${JSON.stringify(wasmHooks)}));`;

/** As on these hosts, nothing can be compiled from bytes. */
export const noBytes = `
  const { Module } = WebAssembly;
  const refuse = () => { throw new WebAssembly.CompileError("code generation disallowed"); };
  WebAssembly.Module = new Proxy(Module, { construct: refuse });
  WebAssembly.compile = async () => refuse();
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (source, ...rest) =>
    source instanceof Module ? instantiate(source, ...rest) : refuse();`;
