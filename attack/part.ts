/** A part of the attack in a process of its own: what hangs or crashes takes nothing else with it. */

import { type Message, type PartName, type RunPart } from "./report.js";

const runs: Readonly<Record<PartName, () => Promise<{ run: RunPart }>>> = {
  properties: () => import("./properties/run.js"),
  refusals: () => import("./refusals/run.js"),
  reentry: () => import("./reentry/run.js"),
  environments: () => import("./environments/run.js"),
  soak: () => import("./soak.js"),
};

const send = (message: Message) => process.send?.(message);

const [name, seed, form, only] = process.argv.slice(2);
const { run } = await runs[name as PartName]();
const report = await run({
  seed: Number(seed),
  isLong: form === "long",
  only: only || undefined,
  progress: (done, next) => send({ kind: "progress", done, next }),
});
// A long report is still on its way when `send` returns.
process.send?.({ kind: "report", report } satisfies Message, () => process.disconnect());
