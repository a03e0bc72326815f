/** Others that have a function, too: peers, C++, and copying. */

import type { Candidate } from "./candidates.js";
import type { Case } from "./cases.js";
import { createInputs } from "./inputs.js";
import { NATIVE, type Native } from "./native.js";
import type { Call } from "./peers.js";
import { hasPeersAt, OUT_OF_CACHE } from "./plan.js";
import { COPYING, type Form } from "./results.js";

/** Elements that the C++ loops are measured at: they fit the caches. */
const NATIVE_SIZE = 10_000;

export interface Others {
  readonly candidates: readonly Candidate[];
  end(): void;
}

/** Those that have the function of a case, for one size of float32 arrays. */
export function othersOf(
  subject: Case,
  form: Form,
  size: number,
  peers: readonly Call[],
  native: Native | undefined,
): Others {
  const candidates: Candidate[] = [];
  const ends: (() => void)[] = [];
  if (hasPeersAt(subject, form, size)) {
    for (const call of peers) {
      if (call.function !== subject.name || call.options !== undefined) continue;
      if (form === "new") candidates.push(ofPeer(call));
      else if (call.resident !== undefined) {
        const { candidate, end } = residentOfPeer(call, subject, size);
        candidates.push(candidate);
        ends.push(end);
      }
    }
  }
  if (form === "resident" && size === NATIVE_SIZE) {
    const run = native?.callsOf(subject.name, size);
    if (run !== undefined) candidates.push({ name: NATIVE, label: NATIVE, form, run });
  }
  if (form === "resident" && size === OUT_OF_CACHE) candidates.push(copying);
  return { candidates, end: () => ends.forEach((end) => end()) };
}

const copying: Candidate = {
  name: COPYING,
  label: COPYING,
  form: "resident",
  run(calls, { x, out }) {
    for (let i = 0; i < calls; i++) (out as Float32Array).set(x[0]);
  },
};

function ofPeer({ peer, call }: Call): Candidate {
  return {
    name: peer,
    label: peer,
    form: "new",
    async run(calls, { x, wrap }) {
      for (let i = 0; i < calls; i++) await call(x[i & wrap] as Float32Array);
    },
  };
}

function residentOfPeer(
  { peer, resident }: Call,
  subject: Case,
  size: number,
): { candidate: Candidate; end: () => void } {
  const { run: call, end } = resident!(createInputs(subject, size, "float32").x[0] as Float32Array);
  const candidate: Candidate = {
    name: peer,
    label: peer,
    form: "resident",
    run(calls) {
      for (let i = 0; i < calls; i++) call();
    },
  };
  return { candidate, end };
}
