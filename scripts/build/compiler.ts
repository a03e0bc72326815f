/** The worker process of compile.ts: it compiles a module by asc. */

import { readFileSync } from "node:fs";
import { posix } from "node:path";
import asc from "assemblyscript/asc";

/** The file to compile, and how. */
export interface Compilation {
  /** The path of the AssemblyScript program, from the root. */
  readonly entry: string;
  readonly options: readonly string[];
  /** Texts in the place of what files of the repository have, by their paths in it. */
  readonly texts?: Readonly<Record<string, string>>;
}

/** The module, or what asc says is wrong. */
export interface Compiled {
  readonly base64?: string;
  readonly error?: string;
}

class Crash extends Error {}

// asc ends the process where it crashes, after it has told of it: nobody would learn that this worker has ended.
process.exit = () => {
  throw new Crash("asc crashed");
};

export default async function compile({ entry, options, texts = {} }: Compilation): Promise<Compiled> {
  let binary: Uint8Array | undefined;
  try {
    const { error, stderr } = await asc.main([entry, "--outFile", "out.wasm", ...options], {
      writeFile(_, contents) {
        binary = contents as Uint8Array;
      },
      readFile(path, folder) {
        return texts[path] ?? read(posix.join(folder, path));
      },
    });
    return error ? { error: stderr.toString() } : { base64: Buffer.from(binary!).toString("base64") };
  } catch (error) {
    if (error instanceof Crash) return { error: error.message };
    throw error;
  }
}

/** The text of a file, or null where there is none, which asc looks for elsewhere then. */
function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
