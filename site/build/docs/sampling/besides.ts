/** The pictures of what isn't a filter: samplers, drafts, beams, draws with a gradient. */

import { softmax } from "lanewise";
import { acceptDraft, beamTopK, gumbelSoftmax, temperature, topK, topP } from "lanewise/sampling";
import { follow } from "../../../src/sampling/left.js";
import type { Bar } from "./bars.js";
import type { Figure } from "./figures.js";
import { sure, unsure, usual } from "./vocabularies.js";

/** So many numbers, evenly spread, stand for all that a generator gives. */
const NUMBERS = 400;

const { logits, tokens } = usual;

function barsOf(before: ArrayLike<number>, after: (i: number) => number | undefined): Bar[] {
  const bars = tokens.map((label, i): Bar => ({ label, before: before[i], after: after(i) }));
  return bars.sort((a, b) => b.before - a.before);
}

function chain(): Figure {
  const steps = follow([temperature(0.7), topK(8), topP(0.9)], logits).steps;
  const cases = ["temperature(0.7)", "then topK(8)", "then topP(0.9)"].map((title, i) => {
    const [before, after] = [steps[i], steps[i + 1]];
    const was = barsOf(before.probabilities, (token) => (after.logits[token] > -Infinity ? after.probabilities[token] : undefined));
    return { title, bars: was.filter((bar) => bar.before > 0) };
  });
  return {
    unit: "probability",
    cases,
    caption:
      "Three filters, one after the other. Outlined: before each. Filled: after it. Outlined in dots: cut by it, and gone for those that follow.",
  };
}

/** What becomes of a draft of each token, over all numbers: how often it is accepted, and what comes instead. */
function draft(): Figure {
  const q = softmax(unsure.logits);
  const target = softmax(logits);
  const accepted = new Float64Array(tokens.length);
  const instead = new Float64Array(tokens.length);
  for (const token of tokens.keys()) {
    for (let i = 0; i < NUMBERS; i++) {
      // The number after the first is for the token behind the draft.
      const numbers = [(i + 0.5) / NUMBERS, 0.5];
      const result = acceptDraft(q, logits, [token], { random: () => numbers.shift()! });
      if (result.accepted === 1) accepted[token] += q[token] / NUMBERS;
      else instead[result.token!] += q[token] / NUMBERS;
    }
  }
  const sum = instead.map((share, i) => share + accepted[i]);
  return {
    unit: "probability",
    cases: [
      { title: "accepted", bars: barsOf(q, (i) => accepted[i]) },
      { title: "drawn in the place of others", bars: barsOf(q, (i) => instead[i]) },
      { title: "both", bars: barsOf(target, (i) => sum[i]) },
    ],
    caption: `Outlined in the first two: the draft's probabilities. Filled: first the part of them that is accepted, then what is drawn where a draft is refused. Both together are the target's probabilities, outlined in the last. Counted over ${NUMBERS} numbers for each token.`,
  };
}

function beams(): Figure {
  const rows = [usual, sure, unsure].map((vocabulary) => vocabulary.logits);
  const scores = [0.4, 0.25, 0.35].map(Math.log);
  const all = Float64Array.from(rows.flatMap((row) => [...row]));
  const best = beamTopK(all, 6, { shape: [rows.length, tokens.length], scores });
  const cases = rows.map((row, beam) => {
    const joint = softmax(row).map((p) => p * Math.exp(scores[beam]));
    const chosen = new Map(Array.from(best.beams, (of, i) => [of === beam ? best.tokens[i] : -1, Math.exp(best.scores[i])]));
    return { title: `beam ${beam}`, bars: barsOf(joint, (i) => chosen.get(i)) };
  });
  return {
    unit: "probability",
    cases,
    caption: "Filled: the 6 best continuations of three beams, whose own probabilities are 0.4, 0.25 and 0.35. A height is e<sup>score</sup>.",
  };
}

function gumbel(): Figure {
  const before = softmax(logits);
  const settings = [{ temperature: 2 }, { temperature: 0.4 }, { hard: true }];
  const cases = settings.map((setting) => {
    const y = gumbelSoftmax(logits, { ...setting, seed: 4 });
    const [[name, value]] = Object.entries(setting);
    return { title: `${name}: ${value}`, bars: barsOf(before, (i) => y[i]) };
  });
  return {
    unit: "y",
    cases,
    caption: "Outlined: softmax of the logits. Filled: a draw with Gumbel noise, of the same seed: the lower the temperature, the nearer to one-hot.",
  };
}

/** Makes the figures, by the functions' names. */
export const besides: Readonly<Record<string, () => Figure>> = {
  createSampler: chain,
  acceptDraft: draft,
  beamTopK: beams,
  gumbelSoftmax: gumbel,
};
