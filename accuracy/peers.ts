/** Counts the errors of other libraries, and of plain JavaScript, as those of lanewise are counted. */

import { type Elementwise, useBackend } from "lanewise";
import { type Call, peerCalls } from "../bench/peers.js";
import { plainLoops } from "../bench/plain.js";
import { createBar } from "../examples/digits/progress.js";
import { Counter } from "./counter.js";
import { ORACLE, oracleOf } from "./oracle.js";
import { input, share, ulps } from "./page.js";
import { conditions, type PeerBound } from "./results.js";
import { inputsOf } from "./run.js";
import { newTally } from "./tally.js";

export const PLAIN = "plain JavaScript";

/** Inputs that a peer is given at once: many, for a call of theirs may cost much. */
const CHUNK = 65536;

/** @param stride of the bit patterns of the inputs */
export async function runPeers(functions: readonly Elementwise[], stride: number): Promise<PeerBound[]> {
  const calls = [...functions.map(plainCall), ...(await peerCalls())];
  const counter = new Counter(CHUNK);
  const found: PeerBound[] = [];
  for (const { peer, function: name, options, call } of calls) {
    const fn = functions.find(({ definition }) => definition.name === name);
    if (fn === undefined) continue;
    const label = `${peer.padEnd(22)}  ${name}${options ? ` ${Object.values(options).join(" ")}` : ""}`;
    const bar = createBar(label.padEnd(40));
    const tally = newTally();
    const inputs = inputsOf(stride);
    const oracle = oracleOf(fn, "value", options);
    useBackend(ORACLE);
    for (let next = 0; next < inputs; next += CHUNK) {
      const n = Math.min(CHUNK, inputs - next);
      counter.fill(next * stride, stride);
      oracle.call(counter.wide, counter.exact);
      counter.got.set(await call(counter.x.slice()));
      counter.count(tally, n, oracle.crossing, fn.definition.ulp.value);
      bar.update((next + n) / inputs, "");
    }
    const lost = tally.notFinite > 0 ? `, ${tally.notFinite.toLocaleString("en")} lost` : "";
    const at = tally.error > 0 ? ` at ${input(tally.at)}` : "";
    bar.stop(`${ulps(tally.error)}${at}, ${share(tally.within1, tally.inputs)} within 1 ulp${lost}`);
    found.push({ peer, function: name, ...(options && { options }), stride, ...tally, ...conditions() });
  }
  return found;
}

function plainCall(fn: Elementwise): Call {
  const { name } = fn.definition;
  const [loop] = plainLoops({ name, value: oracleOf(fn, "value").formula });
  return {
    peer: PLAIN,
    function: name,
    async call(x) {
      loop(x, x);
      return x;
    },
  };
}
