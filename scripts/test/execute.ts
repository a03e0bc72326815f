/** Running a command beside others: what it prints is shown once it has ended, so that the output of two is not mixed. */

import { spawn, type StdioOptions } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Ended {
  /** The exit status, or the signal or error that ended it. */
  readonly status: unknown;
  readonly seconds: number;
  /** The last message that it sent by `process.send`. */
  readonly message: unknown;
}

export interface ExecuteOptions {
  /** Milliseconds after which the command is ended. */
  readonly limit?: number;
  /** Variables of the environment besides those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command in the project's folder. */
export async function execute(
  title: string,
  [file, ...args]: readonly string[],
  { limit, env = {} }: ExecuteOptions = {},
): Promise<Ended> {
  console.log(`> ${title}: begins`);
  const begun = performance.now();
  const stdio: StdioOptions = ["ignore", "pipe", "pipe", "ipc"];
  const child = spawn(file, args, {
    cwd: root,
    stdio,
    env: { ...process.env, ...env },
    ...(limit !== undefined && { timeout: limit }),
  });
  const output: Buffer[] = [];
  for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (data: Buffer) => output.push(data));
  let message: unknown;
  child.on("message", (sent) => (message = sent));
  const status = await new Promise<unknown>((resolve) => {
    child.on("error", resolve);
    child.on("close", (code, signal) => resolve(signal ?? code));
  });
  const seconds = (performance.now() - begun) / 1000;
  console.log(`\n> ${title}: ended with ${String(status)} after ${seconds.toFixed(0)} s`);
  process.stdout.write(Buffer.concat(output));
  return { status, seconds, message };
}
