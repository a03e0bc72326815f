/** llama.cpp's own samplers, of the library in node-llama-cpp's package: over the same logits and history, run by turns with everything else. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NativeProgram, startProgram } from "./native.js";
import { pathOf } from "./paths.js";
import { installPeers } from "./peers.js";

export interface Llama {
  /** The package and its version. */
  readonly name: string;
  /** Tokens of a chain of bench/native/llamaSamplers.cpp: the milliseconds that so many take; negative if it has no such chain. */
  draw(chain: string, tokens: number): Promise<number>;
  end(): void;
}

/** Builds and starts them; undefined where there is no g++ or no library for this machine. */
export function startLlama(logits: Float32Array, history: Int32Array): Llama | undefined {
  const packageFolder = `${installPeers()}/node_modules/@node-llama-cpp/linux-x64`;
  if (!existsSync(packageFolder)) return undefined;
  const { name, version } = JSON.parse(readFileSync(`${packageFolder}/package.json`, "utf8")) as Record<string, string>;
  const folder = mkdtempSync(join(tmpdir(), "lanewise-"));
  const files = [join(folder, "logits"), join(folder, "history")];
  writeFileSync(files[0], logits);
  writeFileSync(files[1], history);
  const libraries = `${packageFolder}/bins/linux-x64`;
  const linked = ["libllama.v0.5.0.so", "libggml.v0.5.0.so", "libggml-base.so"].map((file) => `-l:${file}`);
  const program: NativeProgram | undefined = startProgram(
    "llamaSamplers",
    [pathOf("bench/native/llamaSamplers.cpp")],
    ["-O3", `-L${libraries}`, `-Wl,-rpath,${libraries}`, ...linked],
    files,
  );
  return (
    program && {
      name: `${name} ${version}`,
      draw: (chain, tokens) => program.ask(`${chain} ${tokens}`),
      end() {
        program.end();
        rmSync(folder, { recursive: true });
      },
    }
  );
}
