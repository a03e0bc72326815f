/** The worker process of compile.ts: it compiles a module by asc. */

import asc from "assemblyscript/asc";

/** The file to compile, and how. */
export interface Compilation {
  /** The path of the AssemblyScript program, from the root. */
  readonly entry: string;
  readonly options: readonly string[];
}

/** The module, or what asc says is wrong. */
export interface Compiled {
  readonly base64?: string;
  readonly error?: string;
}

export default async function compile({ entry, options }: Compilation): Promise<Compiled> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main([entry, "--outFile", "out.wasm", ...options], {
    writeFile(_, contents) {
      binary = contents as Uint8Array;
    },
  });
  return error ? { error: stderr.toString() } : { base64: Buffer.from(binary!).toString("base64") };
}
