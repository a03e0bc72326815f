/** Runs the visitor in every hostile environment: the values, the backend and the globals must be what they are elsewhere. */

import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { compileProgram } from "../../scripts/program.js";
import { Slots } from "../../scripts/test/slots.js";
import { Failures, type RunPart } from "../report.js";
import { type Environment, environments } from "./list.js";
import type { Visit } from "./visitor.js";

const LIMIT = 60_000;

/** The ways in which the package is had: by Node, and in the long form also as pages and bundlers do. */
const allEntries = ["lanewise", "lanewise/bundle", "lanewise/js"];

/** Sends the visitor into an environment; returns what it found, or how it ended. */
function visit(
  program: string,
  { flags = [], before = "", after = "", memory }: Environment,
  entry: string,
): Promise<Visit | string> {
  const pollute = after && `globalThis.pollute = () => { ${after} };`;
  // What is polluted is neither Node's own loader nor the visitor's list of globals.
  const preload = `data:text/javascript,${encodeURIComponent(`${pollute}${before}`)}`;
  const args = [...flags, ...(pollute || before ? [`--import=${preload}`] : []), program];
  const env = { ...process.env, LANEWISE: entry, LANEWISE_BACKEND: undefined, NODE_OPTIONS: undefined };
  const [file, given] =
    memory === undefined
      ? [process.execPath, args]
      : ["bash", ["-c", `ulimit -v ${memory} && exec "$0" "$@"`, process.execPath, ...args]];
  const child = spawn(file, given, { env, stdio: ["ignore", "pipe", "pipe"], timeout: LIMIT });
  let output = "";
  let errors = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (errors += data.toString()));
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(String(error)));
    child.on("close", (code, signal) => {
      const found = /^VISIT (.*)$/m.exec(output)?.[1];
      const words = errors.split("\n").find((line) => /^\w*Error|FATAL/.test(line)) ?? errors.slice(0, 200);
      resolve(found === undefined ? `ended with ${String(signal ?? code)}: ${words}` : (JSON.parse(found) as Visit));
    });
  });
}

/** What is not as it must be. */
function faultsOf(found: Visit, right: Visit, wanted: string): string[] {
  const wrong = right.values.flatMap((value, i) =>
    found.values[i] === value ? [] : [`value ${i} is ${found.values[i]}, not ${value}`],
  );
  return [
    ...wrong,
    ...(found.backend === wanted ? [] : [`runs ${found.backend}, not ${wanted}: ${JSON.stringify(found.reasons)}`]),
    ...found.fallbacks.map((text) => `falls back: ${text}`),
    ...(found.changed.length > 0 ? [`changed ${found.changed.join(", ")}`] : []),
  ];
}

export const run: RunPart = async ({ isLong, only, progress }) => {
  const entries = isLong ? allEntries : allEntries.slice(0, 1);
  const program = await compileProgram("attack/environments/visitor.ts", "build/attack");
  const failures = new Failures();
  const wanted = environments.filter(
    ({ name, x64 }) => (only === undefined || name.includes(only)) && (!x64 || process.arch === "x64"),
  );
  const right = await visit(program, environments[0], entries[0]);
  if (typeof right === "string") throw new Error(`the visitor can't run: ${right}`);
  const slots = new Slots(availableParallelism());
  let done = 0;
  await Promise.all(
    wanted.flatMap((environment) =>
      entries.map((entry) =>
        slots.use(async () => {
          progress(done++ / (wanted.length * entries.length), environment.name);
          const found = await visit(program, environment, entry);
          const backend = entry === "lanewise/js" ? "js" : (environment.backend ?? right.backend);
          const faults = typeof found === "string" ? [found] : faultsOf(found, right, backend);
          const example = `npm run attack -- environments --only ${JSON.stringify(environment.name)}`;
          for (const fault of faults) failures.add(`${entry} in ${environment.name}`, fault, example);
        }),
      ),
    ),
  );
  return {
    counts: { environments: wanted.length, "ways of importing": entries.length },
    failures: failures.list,
    notes: [],
  };
};
