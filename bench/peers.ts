/** The peers of bench/peers/, which are installed when they are first asked for. */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { compileProgram } from "../scripts/program.js";
import { pathOf } from "./paths.js";

/** A function of a peer, called as its documentation says. */
export interface Call {
  /** The peer, with its version. */
  readonly peer: string;
  /** The name that it has in lanewise. */
  readonly function: string;
  /** lanewise's options, where they are not the default. */
  readonly options?: Readonly<Record<string, number | string>> | undefined;
  /** Arrays in and out. */
  call(x: Float32Array): Promise<Float32Array>;
  /** Takes x into the peer's memory, until the end, and gives a call that leaves its result there, too. */
  resident?(x: Float32Array): { run(): void; end(): void };
}

/** The functions of all peers that lanewise has, too. */
export async function peerCalls(): Promise<Call[]> {
  installPeers();
  const program = await compileProgram("bench/peers/calls.ts", "bench/peers/node_modules/.lanewise");
  const { peerCalls } = (await import(pathToFileURL(program).href)) as { peerCalls: () => Promise<Call[]> };
  return peerCalls();
}

/** Installs the peers, unless they are installed, and returns their folder. */
export function installPeers(): string {
  const folder = pathOf("bench/peers");
  if (!existsSync(`${folder}/node_modules`)) {
    console.log("Installing bench/peers");
    const { status } = spawnSync("npm", ["ci"], { cwd: folder, stdio: ["ignore", "inherit", "inherit"] });
    if (status !== 0) throw new Error("npm ci failed in bench/peers");
  }
  return folder;
}
