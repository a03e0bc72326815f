/** Starts the parts, each in a process of its own, and watches that they go on. */

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Arguments } from "./arguments.js";
import type { Message, PartName, Report } from "./report.js";

/** A part that tells nothing for so long hangs: in the long form one function takes minutes. */
const silence = { short: 90_000, long: 900_000 };

/** Node 20 has relaxed SIMD behind a flag. */
const relaxed = Number(process.versions.node.split(".")[0]) < 21 ? ["--experimental-wasm-relaxed-simd"] : [];

const flags: Readonly<Record<PartName, readonly string[]>> = {
  properties: relaxed,
  refusals: [],
  reentry: relaxed,
  environments: [],
  // A heap that grows or shrinks by itself, and compilers in other threads, would change resident memory by 15 %.
  soak: ["--expose-gc", "--min-semi-space-size=16", "--max-semi-space-size=16", "--single-threaded"],
};

/** Runs a part; what ends without a report, or hangs, is a failure of what it was about to do. */
export async function start(
  name: PartName,
  { seed, isLong, only }: Arguments,
  progress: (done: number, next: string) => void,
): Promise<Report> {
  const form = isLong ? "long" : "short";
  const script = fileURLToPath(new URL("part.ts", import.meta.url));
  const args = [...flags[name], "--import", "tsx", script, name, String(seed), form, only ?? ""];
  const env = { ...process.env, LANEWISE_BACKEND: undefined };
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "pipe", "ipc"], env });
  let last = "its start";
  let report: Report | undefined;
  let errors = "";
  child.stderr!.on("data", (data: Buffer) => (errors += data.toString()));
  let timer = setTimeout(() => child.kill("SIGKILL"), silence[form]);
  child.on("message", (message: Message) => {
    clearTimeout(timer);
    timer = setTimeout(() => child.kill("SIGKILL"), silence[form]);
    if (message.kind === "report") report = message.report;
    else progress(message.done, (last = message.next));
  });
  const status = await new Promise<unknown>((resolve) => {
    child.on("error", resolve);
    child.on("close", (code, signal) => resolve(signal ?? code));
  });
  clearTimeout(timer);
  if (report !== undefined) return report;
  const why = status === "SIGKILL" ? `hung for ${silence[form] / 1000} s` : `ended with ${String(status)}: ${errors}`;
  return {
    counts: { cases: 0 },
    failures: [{ group: why, what: last, message: why, example: `npm run attack -- ${name}` }],
    notes: [],
  };
}
