/** The filters of samplers by their definitions: sorting all tokens, with numbers of float64 and Math's functions. */

import type { FloatArray } from "../../src/index.js";

/** Logits, the temperature that divides them, and which tokens are left. */
export interface State {
  readonly logits: FloatArray;
  readonly history: readonly number[];
  temperature: number;
  left: number[];
  /** The numbers that filters take of the generator. */
  readonly chances: number[];
}

export function begin(logits: FloatArray, history: readonly number[] = [], chances: readonly number[] = []): State {
  return {
    logits: logits.slice(),
    history,
    temperature: 1,
    left: Array.from(logits.keys()).filter((i) => logits[i] > -Infinity),
    chances: [...chances],
  };
}

/** The probability of each token that is left. */
export function probabilitiesOf({ logits, temperature, left }: State): Map<number, number> {
  const max = Math.max(...left.map((i) => logits[i]));
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

function keep(state: State, holds: (token: number, p: number) => boolean): void {
  const probabilities = probabilitiesOf(state);
  const top = ranked(state)[0];
  state.left = state.left.filter((i) => i === top || holds(i, probabilities.get(i)!));
}

/** The first of an order whose probabilities sum to at least p. */
function prefix(state: State, order: readonly number[], p: number): number[] {
  const probabilities = probabilitiesOf(state);
  const kept: number[] = [];
  let sum = 0;
  for (const token of order) {
    if (kept.length > 0 && sum >= p) break;
    kept.push(token);
    sum += probabilities.get(token)!;
  }
  return kept.sort((a, b) => a - b);
}

const maxOf = (state: State) => Math.max(...probabilitiesOf(state).values());

function each(state: State, change: (logit: number, count: number) => number): void {
  const { logits, history } = state;
  for (const token of new Set(history)) {
    logits[token] = change(logits[token], history.filter((other) => other === token).length);
  }
}

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
    if (p < 1) state.left = prefix(state, ranked(state), p);
  },
  minP(state: State, p: number) {
    const max = maxOf(state);
    keep(state, (_, probability) => probability >= p * max);
  },
  topA(state: State, a: number) {
    const max = maxOf(state);
    keep(state, (_, probability) => probability >= a * max ** 2);
  },
  epsilonCutoff(state: State, epsilon: number) {
    keep(state, (_, probability) => probability >= epsilon);
  },
  etaCutoff(state: State, epsilon: number) {
    const eta = Math.min(epsilon, Math.sqrt(epsilon) * Math.exp(-entropyOf(state)));
    keep(state, (_, probability) => probability >= eta);
  },
  topNSigma(state: State, n: number) {
    const values = state.left.map((i) => state.logits[i]);
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    const limit = Math.max(...values) - n * Math.sqrt(variance);
    keep(state, (token) => state.logits[token] >= limit);
  },
  topH(state: State, h: number) {
    const first: State = { ...state, left: ranked(state).slice(0, 100) };
    const terms = [...probabilitiesOf(first).values()].map((p) => (p > 0 ? -p * Math.log(p) : 0));
    const limit = h * terms.reduce((sum, term) => sum + term, 0);
    let sum = 0;
    const count = terms.findIndex((term) => (sum += term) > limit);
    state.left = first.left.slice(0, count < 0 ? terms.length : Math.max(1, count)).sort((a, b) => a - b);
  },
  typicalP(state: State, p: number) {
    if (p === 1) return;
    const entropy = entropyOf(state);
    const probabilities = probabilitiesOf(state);
    const distance = (i: number) => Math.abs(-Math.log(probabilities.get(i)!) - entropy);
    state.left = prefix(
      state,
      [...state.left].sort((a, b) => distance(a) - distance(b) || a - b),
      p,
    );
  },
  xtc(state: State, { probability, threshold = 0.1 }: { probability: number; threshold?: number }) {
    if (state.chances.shift()! >= probability || threshold > 0.5) return;
    const probabilities = probabilitiesOf(state);
    const top = ranked(state).filter((i) => probabilities.get(i)! >= threshold);
    const excluded = new Set(top.slice(0, -1));
    state.left = state.left.filter((i) => !excluded.has(i));
  },
  mirostat(state: State, { tau = 5 }: { tau?: number } = {}) {
    keep(state, (_, probability) => -Math.log2(probability) <= 2 * tau);
  },
  repetitionPenalty(state: State, penalty: number) {
    each(state, (x) => (x < 0 ? x * penalty : x / penalty));
  },
  presencePenalty(state: State, penalty: number) {
    each(state, (x) => x - penalty * state.temperature);
  },
  frequencyPenalty(state: State, penalty: number) {
    each(state, (x, count) => x - count * penalty * state.temperature);
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
      if (!sequenceBreakers.includes(token))
        logits[token] -= multiplier * base ** (length - allowedLength) * temperature;
    }
  },
  logitBias(state: State, biases: Record<number, number>) {
    for (const [token, bias] of Object.entries(biases)) state.logits[Number(token)] += bias * state.temperature;
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
