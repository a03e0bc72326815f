/** Runs the cases of re-entry in processes that are ended where a case hangs; then the case is named and the others go on. */

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as lanewise from "lanewise";
import { Failures, type PartOptions, type RunPart } from "../report.js";
import type { Told } from "./worker.js";

/** A case that takes so many milliseconds hangs; a process takes longer to begin. */
const LIMIT = 5000;
const START = 60_000;

const worker = fileURLToPath(new URL("worker.ts", import.meta.url));

/** Where a worker ended. */
interface Ended {
  readonly next: number;
  readonly name: string;
  /** Undefined where it ran to its end. */
  readonly why?: string;
}

export const run: RunPart = async (options) => {
  const failures = new Failures();
  const available = lanewise.backends().filter((backend) => backend.available);
  let cases = 0;
  for (const { name: backend } of available) {
    let next = 0;
    for (;;) {
      const ended = await runWorker(backend, next, options, failures);
      next = ended.next;
      if (ended.why === undefined) break;
      failures.add(`${ended.name} on ${backend}`, ended.why, exampleOf(ended.name), ended.why);
      next++;
    }
    cases += next;
  }
  return { counts: { cases, backends: available.length }, failures: failures.list, notes: [] };
};

function exampleOf(name: string): string {
  return `npm run attack -- reentry --only ${JSON.stringify(name)}`;
}

function runWorker(
  backend: string,
  first: number,
  { isLong, seed, only, progress }: PartOptions,
  failures: Failures,
): Promise<Ended> {
  return new Promise((resolve) => {
    const args = [backend, String(first), isLong ? "long" : "short", String(seed), only ?? ""];
    const child = fork(worker, args, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    let last: Ended = { next: first, name: "the start", why: "ended before its end" };
    const end = () => {
      last = { ...last, why: `hung for ${LIMIT / 1000} s` };
      child.kill("SIGKILL");
    };
    let timer = setTimeout(end, START);
    child.on("message", (told: Told) => {
      clearTimeout(timer);
      timer = setTimeout(end, LIMIT);
      if (told.kind === "end") last = { next: told.count, name: "" };
      else if (told.kind === "next") {
        last = { next: told.index, name: told.name, why: "ended the process" };
        if (told.index % 50 === 0) progress(0.5, `${told.name} on ${backend}`);
      } else {
        const trick = told.name.slice(told.name.lastIndexOf(":"));
        failures.add(
          `${told.name} on ${backend}`,
          told.message,
          exampleOf(told.name),
          trick + told.message.slice(0, 30),
        );
      }
    });
    child.on("close", () => {
      clearTimeout(timer);
      resolve(last);
    });
  });
}
