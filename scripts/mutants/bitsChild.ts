/**
 * A process that compares the results of mutated modules with the stored hashes (test/support/bits.ts). Each mutant gets a process
 * of its own, so that what it writes to memory spoils no other. It is told what to do by one message, and answers by one.
 */

import stored from "../../test/golden/bits.json" with { type: "json" };
import storedOfSamplers from "../../test/golden/samplers.json" with { type: "json" };
import { BY_FORMULA, bitsGroups } from "../../test/support/bits.js";
import { recordInto } from "../../test/support/bits.js";
import { type Hashes, Recorder } from "../../test/support/bits/recorder.js";
import type { Hash } from "../../test/support/bits/hash.js";
import { samplerHashes } from "../../test/support/bits/samplers.js";
import { type BitsAnswer, type BitsPlan, type BitsTask, KNOWN_ANSWERS } from "./bitsTask.js";
import * as lanewise from "../../src/index.js";
import * as sampling from "../../src/sampling/index.js";
import { activeScratch } from "../../src/runtime/backends.js";
import { importedModules } from "../../src/runtime/modules.js";

const backend = "simd";
const wanted: Hashes = stored[backend];

/** Thrown where a hash differs, which ends the comparison. */
class Difference extends Error {}

/** A kernel that doesn't give its known answer is none, and what stands in for it has the right results. */
function refuseFallbacks(): void {
  const fallbacks = lanewise.backends().find(({ name }) => name === backend)!.fallbacks ?? {};
  if (Object.keys(fallbacks).length > 0) throw new Difference(KNOWN_ANSWERS);
}

class ComparingRecorder extends Recorder {
  constructor(private readonly keys: ReadonlySet<string>) {
    super(lanewise);
  }

  override record(key: string, body: (hash: Hash) => void): void {
    if (!this.keys.has(key)) return;
    super.record(key, body);
    refuseFallbacks();
    if (this.hashes[key] !== wanted[key]) throw new Difference(`bits of ${key}`);
  }
}

class PlanningRecorder extends Recorder {
  readonly plan: Record<string, BitsPlan[string]> = {};

  override record(key: string, body: (hash: Hash) => void): void {
    const scratch = activeScratch()!;
    // So that what this key needs is instantiated anew.
    scratch.kernels.length = 0;
    scratch.exports.clear();
    const start = performance.now();
    super.record(key, body);
    const ms = performance.now() - start;
    if (this.hashes[key] !== wanted[key]) throw new Error(`${key} has other bits than stored, without any mutant`);
    this.plan[key] = { modules: Array.from(scratch.exports.keys(), ({ name }) => name), ms };
  }
}

/** Compares what samplers choose, which is stored by itself: it is the same on every backend. */
function compareSamplers(): void {
  for (const [key, hash] of Object.entries(samplerHashes(sampling))) {
    if (hash !== (storedOfSamplers as Hashes)[key]) throw new Difference(`samplers of ${key}`);
  }
  refuseFallbacks();
}

function answer({ texts, keys }: BitsTask): BitsAnswer {
  lanewise.useBackend(backend);
  for (const module of importedModules) {
    if (Object.hasOwn(texts, module.name)) Object.assign(module, { text: texts[module.name] });
  }
  const groups = bitsGroups.filter((group) => group !== "formulas");
  if (keys === undefined) {
    const recorder = new PlanningRecorder(lanewise);
    for (const group of groups) recordInto(recorder, group);
    const entries = Object.entries(recorder.plan).filter(([key]) => !key.includes(BY_FORMULA));
    return { plan: Object.fromEntries(entries) };
  }
  const recorder = new ComparingRecorder(new Set(keys));
  try {
    for (const group of groups) recordInto(recorder, group);
    if (Object.hasOwn(texts, "sampling")) compareSamplers();
    return {};
  } catch (error) {
    return { killer: error instanceof Difference ? error.message : `bits: ${String(error).slice(0, 100)}` };
  }
}

process.once("message", (task: BitsTask) => {
  process.send!(answer(task), () => process.disconnect());
});
