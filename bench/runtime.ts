/** Measures in the Node that runs this, shows tables, and stores a full run. main.ts starts it. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { listCases } from "./cases.js";
import { available, Bench } from "./measure.js";
import { startNative } from "./native.js";
import { readArguments } from "./options.js";
import { pathOf } from "./paths.js";
import { peerCalls } from "./peers.js";
import { full, quick, withSizes } from "./plan.js";
import { report } from "./report.js";
import { merge, type Results, type Run, toJson } from "./results.js";

const options = readArguments(process.argv.slice(2));
const { wanted, sizes } = options;
const all = listCases(options.all);
const cases = wanted.length === 0 ? all : all.filter((subject) => wanted.includes(subject.of));
const unknown = wanted.filter((name) => !cases.some((subject) => subject.of === name));
if (unknown.length > 0) throw new RangeError(`there is no function ${unknown.join(", ")}`);

const peers = options.full ? await peerCalls() : [];
const native = options.full ? startNative() : undefined;
if (options.full && native === undefined) console.log("There is no g++: without the C++ loops");

const machine = { cpu: cpus()[0].model.trim(), platform: `${process.platform} ${process.arch}` };
const conditions = {
  runtime: ["Node", process.versions.node, ...process.execArgv].join(" "),
  date: new Date().toISOString().slice(0, 10),
  ...(native && { compiler: native.compiler }),
};
console.log(`${conditions.runtime}, backends ${available.join(", ")}`);
const plan = options.full ? full : quick;
const bench = new Bench(cases, sizes === undefined ? plan : withSizes(plan, sizes), peers, native);
const run: Run = { ...conditions, measurements: await bench.run() };
native?.end();
console.log(`\n${report(machine, run, wanted.length > 0)}\n`);

if (options.full && sizes === undefined && !options.all) store();

function store(): void {
  const file = pathOf("bench/results.json");
  const stored: Results | undefined = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  const order = all.map(({ name }) => name);
  writeFileSync(file, toJson(merge(stored, machine, run, wanted.length > 0, order)));
  console.log("Stored in bench/results.json\n");
}
