/**
 * The filters of samplers by their definitions: sorting all tokens, with numbers of float64 and Math's functions.
 *
 * Where a limit comes so near to a probability that rounding decides, a state is in doubt, and nothing is compared with it.
 */

import type { FloatArray } from "../../src/index.js";

/** Logits, the temperature that divides them, and which tokens are left. */
export interface State {
  readonly logits: FloatArray;
  readonly history: readonly number[];
  temperature: number;
  left: number[];
  /** The numbers that filters take of the generator. */
  readonly chances: number[];
  /** Whether rounding may have decided what is left. */
  isInDoubt: boolean;
}

/** So near to a limit, as a part of it, rounding may decide: weights are right to 2^-28, and a logit that was changed to 2^-24. */
const DOUBT = 1e-6;

export function begin(logits: FloatArray, history: readonly number[] = [], chances: readonly number[] = []): State {
  return {
    logits: logits.slice(),
    history,
    temperature: 1,
    left: Array.from(logits.keys()).filter((i) => logits[i] > -Infinity),
    chances: [...chances],
    isInDoubt: false,
  };
}

/** The probability of each token that is left. */
export function probabilitiesOf(state: State): Map<number, number> {
  const { logits, temperature, left } = state;
  const max = maxLogitOf(state);
  const weights = left.map((i) => (logits[i] === max ? 1 : Math.exp((logits[i] - max) / temperature)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return new Map(left.map((i, at) => [i, weights[at] / total]));
}

/** Tokens from the most probable on, of equal ones the lower index first. */
function ranked(state: State): number[] {
  const { logits } = state;
  return [...state.left].sort((a, b) => logits[b] - logits[a] || a - b);
}

function entropyOf(state: State): number {
  return [...probabilitiesOf(state).values()].reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
}

const maxLogitOf = ({ logits, left }: State) => left.reduce((max, i) => Math.max(max, logits[i]), -Infinity);

/** Whether a number reaches a limit; notes the doubt. */
function reaches(state: State, value: number, limit: number): boolean {
  if (Math.abs(value - limit) < DOUBT * Math.abs(limit)) state.isInDoubt = true;
  return value >= limit;
}

/** Leaves those whose value reaches a limit, and always the most probable with those that are as probable. */
function keep(state: State, limit: number, valueOf: (token: number, p: number) => number): void {
  const probabilities = probabilitiesOf(state);
  const max = maxLogitOf(state);
  state.left = state.left.filter(
    (i) => state.logits[i] === max || reaches(state, valueOf(i, probabilities.get(i)!), limit),
  );
}

const keepProbable = (state: State, limit: number) => keep(state, limit, (_, p) => p);

/** The first whose probabilities sum to at least p, of an order by a number. */
function keepFirst(state: State, orderOf: (token: number) => number, p: number): void {
  const probabilities = probabilitiesOf(state);
  const numbers = new Map(state.left.map((i) => [i, orderOf(i)]));
  const order = [...state.left].sort((a, b) => numbers.get(a)! - numbers.get(b)! || a - b);
  let count = 0;
  let sum = 0;
  while (count < order.length && (count === 0 || !reaches(state, sum, p))) sum += probabilities.get(order[count++])!;
  if (count < order.length) {
    const [last, next] = [order[count - 1], order[count]];
    const isTied = state.logits[last] === state.logits[next];
    if (!isTied && Math.abs(numbers.get(last)! - numbers.get(next)!) < DOUBT) state.isInDoubt = true;
  }
  state.left = order.slice(0, count).sort((a, b) => a - b);
}

const maxOf = (state: State) => [...probabilitiesOf(state).values()].reduce((max, p) => Math.max(max, p), 0);

function each(state: State, change: (logit: number, count: number) => number): void {
  const { logits, history } = state;
  for (const token of new Set(history)) {
    logits[token] = change(logits[token], history.filter((other) => other === token).length);
  }
}

/** A logit with something added; what is banned stays so. */
const sumOf = (logit: number, amount: number) =>
  logit === -Infinity || amount === -Infinity ? -Infinity : logit + amount;

/** Leaves out these tokens, and those whose logit is -Infinity. */
function ban(state: State, tokens: readonly number[]): void {
  for (const token of tokens) state.logits[token] = -Infinity;
  state.left = state.left.filter((i) => state.logits[i] > -Infinity);
}

/** Every filter, by its name. */
export const filterDefinitions = {
  temperature(state: State, value: number) {
    if (value === 0) state.left = [ranked(state)[0]];
    else state.temperature *= value;
  },
  dynamicTemperature(state: State, { min, max, exponent = 1 }: { min: number; max: number; exponent?: number }) {
    const { length } = state.left;
    if (length > 1) state.temperature *= min + (max - min) * (entropyOf(state) / Math.log(length)) ** exponent;
  },
  topK(state: State, k: number) {
    state.left = ranked(state)
      .slice(0, k)
      .sort((a, b) => a - b);
  },
  topP(state: State, p: number) {
    // In the order of what probabilities are the powers of.
    if (p < 1) keepFirst(state, (i) => -state.logits[i] / state.temperature, p);
  },
  minP(state: State, p: number) {
    keepProbable(state, p * maxOf(state));
  },
  topA(state: State, a: number) {
    keepProbable(state, a * maxOf(state) ** 2);
  },
  epsilonCutoff(state: State, epsilon: number) {
    keepProbable(state, epsilon);
  },
  etaCutoff(state: State, epsilon: number) {
    keepProbable(state, Math.min(epsilon, Math.sqrt(epsilon) * Math.exp(-entropyOf(state))));
  },
  topNSigma(state: State, n: number) {
    const values = state.left.map((i) => state.logits[i]);
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    const max = maxLogitOf(state);
    keep(state, max === Infinity ? max : max - n * Math.sqrt(variance), (token) => state.logits[token]);
  },
  topH(state: State, h: number) {
    const first: State = { ...state, left: ranked(state).slice(0, 100) };
    const terms = [...probabilitiesOf(first).values()].map((p) => (p > 0 ? -p * Math.log(p) : 0));
    const limit = h * terms.reduce((sum, term) => sum + term, 0);
    let sum = 0;
    // All that come before the last are within the sum of all.
    const count = h === 1 ? -1 : terms.findIndex((term) => reaches(state, (sum += term), limit));
    state.left = first.left.slice(0, count < 0 ? terms.length : Math.max(1, count)).sort((a, b) => a - b);
  },
  typicalP(state: State, p: number) {
    if (p === 1) return;
    const entropy = entropyOf(state);
    // The surprise from the logit: the probability may be too small for a number.
    const max = maxLogitOf(state);
    const ofMax = -Math.log(maxOf(state));
    const surprise = (i: number) => ofMax + (state.logits[i] === max ? 0 : (max - state.logits[i]) / state.temperature);
    keepFirst(state, (i) => Math.abs(surprise(i) - entropy), p);
  },
  xtc(state: State, { probability, threshold = 0.1 }: { probability: number; threshold?: number }) {
    if (state.chances.shift()! >= probability || threshold > 0.5) return;
    const probabilities = probabilitiesOf(state);
    const top = ranked(state).filter((i) => threshold === 0 || reaches(state, probabilities.get(i)!, threshold));
    const excluded = new Set(top.slice(0, -1));
    state.left = state.left.filter((i) => !excluded.has(i));
  },
  mirostat(state: State, { tau = 5 }: { tau?: number } = {}) {
    keepProbable(state, 2 ** (-2 * tau));
  },
  repetitionPenalty(state: State, penalty: number) {
    each(state, (x) => (x < 0 ? x * penalty : x / penalty));
  },
  presencePenalty(state: State, penalty: number) {
    each(state, (x) => sumOf(x, -penalty * state.temperature));
  },
  frequencyPenalty(state: State, penalty: number) {
    each(state, (x, count) => sumOf(x, -count * penalty * state.temperature));
  },
  noRepeatNgramSize(state: State, n: number) {
    const { history } = state;
    const grams = new Set(history.slice(0, history.length - n + 1).map((_, i) => history.slice(i, i + n).join()));
    const before = history.slice(history.length - n + 1);
    if (history.length < n) return;
    const isBanned = (token: number) => grams.has([...(n > 1 ? before : []), token].join());
    ban(state, Array.from(state.logits.keys()).filter(isBanned));
  },
  dry(
    state: State,
    options: { multiplier: number; base?: number; allowedLength?: number; sequenceBreakers?: number[] },
  ) {
    const { multiplier, base = 1.75, allowedLength = 2, sequenceBreakers = [] } = options;
    const { history, logits, temperature } = state;
    const longest = new Map<number, number>();
    for (let end = 0; end < history.length - 1; end++) {
      let length = 0;
      while (
        length <= end &&
        history[end - length] === history[history.length - 1 - length] &&
        !sequenceBreakers.includes(history[end - length])
      ) {
        length++;
      }
      const next = history[end + 1];
      if (length >= allowedLength) longest.set(next, Math.max(length, longest.get(next) ?? 0));
    }
    for (const [token, length] of longest) {
      if (sequenceBreakers.includes(token)) continue;
      logits[token] = sumOf(logits[token], -multiplier * base ** (length - allowedLength) * temperature);
    }
  },
  logitBias(state: State, biases: Record<number, number>) {
    for (const [key, bias] of Object.entries(biases)) {
      const token = Number(key);
      state.logits[token] = sumOf(state.logits[token], bias * state.temperature);
    }
    ban(state, []);
  },
  bannedTokens(state: State, tokens: number[]) {
    ban(state, tokens);
  },
  allowedTokens(state: State, tokens: number[]) {
    state.left = state.left.filter((i) => tokens.includes(i));
  },
  minLength(state: State, length: number, end: number) {
    if (state.history.length < length) ban(state, [end]);
  },
  badWords(state: State, words: number[][]) {
    for (const word of words) {
      const before = word.slice(0, -1);
      const { history } = state;
      const tail = before.length === 0 ? [] : history.slice(-before.length);
      if (tail.join() === before.join()) ban(state, word.slice(-1));
    }
  },
} satisfies Record<string, (state: State, ...args: never[]) => void>;

export type FilterName = keyof typeof filterDefinitions;
