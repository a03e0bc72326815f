/** Running commands in the folder of a cell. */

import { type ChildProcess, spawn } from "node:child_process";
import { freePort } from "../test/engines/freePort.js";

export interface CommandOptions {
  /** Milliseconds after which the command is ended; default: five minutes. */
  readonly limit?: number;
  /** Variables of the environment besides those of this process; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Variables by which npm, tsx and CI change how tools behave that are to run as they do for a user. */
const hidden = /^(npm_|NODE_OPTIONS$|NODE_ENV$|VITEST|LANEWISE_|CI$)/i;

/** The environment of this process without what would change how a tool behaves. */
export function environment(more: CommandOptions["env"] = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !hidden.test(name));
  const quiet = {
    NO_COLOR: "1",
    NEXT_TELEMETRY_DISABLED: "1",
    ASTRO_TELEMETRY_DISABLED: "1",
    NUXT_TELEMETRY_DISABLED: "1",
  };
  return { ...Object.fromEntries(kept), ...quiet, ...more };
}

/**
 * Runs a command to its end, and gives what it prints to standard output.
 *
 * @throws {Error} with the end of all that it printed, if it fails or takes too long
 */
export async function run(
  folder: string,
  [file, ...args]: readonly string[],
  { limit = 5 * 60_000, env }: CommandOptions = {},
): Promise<string> {
  const child = spawn(file, args, {
    cwd: folder,
    env: environment(env),
    stdio: ["ignore", "pipe", "pipe"],
    timeout: limit,
    killSignal: "SIGKILL",
  });
  let output = "";
  let all = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    all += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (all += text));
  const status = await endOf(child);
  if (status !== 0)
    throw new Error(`${[file, ...args].join(" ")} ended with ${String(status)}: ${all.trim().slice(-2000)}`);
  return output;
}

/** The status of a process when it ends, or the signal or error that ended it. */
function endOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => {
    child.on("error", resolve);
    child.on("close", (code, signal) => resolve(signal ?? code));
  });
}

/** A server that a command has started. */
interface Started {
  /** What it has printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** The process groups that run, which end with this process, also when it fails. */
const groups = new Set<number>();
process.on("exit", () => groups.forEach(end));

function end(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** Starts a command that runs until it is stopped, in a process group of its own, and waits until it answers at `address`. */
async function start(
  folder: string,
  [file, ...args]: readonly string[],
  address: string,
  { limit = 2 * 60_000, env }: CommandOptions = {},
): Promise<Started> {
  const child = spawn(file, args, {
    cwd: folder,
    env: environment(env),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  groups.add(child.pid!);
  let all = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (all += text));
  }
  const ended = endOf(child);
  let status: unknown;
  void ended.then((value) => (status = value));
  const stop = async () => {
    end(child.pid!);
    groups.delete(child.pid!);
    await ended;
  };
  const asked = async () => {
    try {
      await (await fetch(address, { signal: AbortSignal.timeout(30_000) })).text();
      return true;
    } catch {
      return false;
    }
  };
  for (const end = Date.now() + limit; !(await asked()); await new Promise((resolve) => setTimeout(resolve, 200))) {
    if (status === undefined && Date.now() < end) continue;
    await stop();
    throw new Error(`${[file, ...args].join(" ")} doesn't answer at ${address}: ${all.trim().slice(-2000)}`);
  }
  return { output: () => all, stop };
}

/** A command that serves on a port, and variables of its environment. */
export interface Serving {
  readonly command: readonly string[];
  readonly env?: CommandOptions["env"];
}

/** Starts a server on a free port for as long as the work takes. It serves once it answers at `path`. */
export async function whileServing<T>(
  folder: string,
  serving: (port: string) => Serving,
  path: string,
  work: (address: string) => Promise<T>,
): Promise<T> {
  const port = String(await freePort());
  const address = `http://localhost:${port}`;
  const { command, env = {} } = serving(port);
  const started = await start(folder, command, address + path, { env });
  try {
    return await work(address);
  } catch (error) {
    throw new Error(`${(error as Error).message}; the server said: ${started.output().trim().slice(-1000)}`, {
      cause: error,
    });
  } finally {
    await started.stop();
  }
}
