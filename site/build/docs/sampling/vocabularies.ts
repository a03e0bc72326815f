/** The small vocabularies whose next token the pictures choose. */

/** Tokens with their logits, and the tokens before. */
export interface Vocabulary {
  readonly tokens: readonly string[];
  readonly logits: Float64Array;
  /** Indices of tokens. */
  readonly history: readonly number[];
}

function vocabulary(text: string, logits: Readonly<Record<string, number>>): Vocabulary {
  const tokens = Object.keys(logits);
  const history = text === "" ? [] : text.split(" ").map((word) => tokens.indexOf(word));
  return { tokens, logits: Float64Array.from(Object.values(logits)), history };
}

/** "The cat sat on the …", of which some have been before. */
export const usual = vocabulary("mat mat mat sofa sofa moon", {
  mat: 3.2,
  sofa: 2.7,
  floor: 2.5,
  bed: 2,
  chair: 1.8,
  table: 1.3,
  rug: 1.1,
  roof: 0.6,
  lap: 0.2,
  piano: -0.4,
  idea: -1.2,
  moon: -1.8,
});

/** The same tokens where a model is sure, and where it has no idea. */
export const sure: Vocabulary = { ...usual, logits: usual.logits.map((logit) => 2.5 * logit) };
export const unsure: Vocabulary = { ...usual, logits: usual.logits.map((logit) => 0.25 * logit) };

/** What a model would say again. */
export const repeating = vocabulary("the cat sat on the mat and the cat sat on the", {
  mat: 3.4,
  cat: 2.8,
  dog: 2.2,
  bed: 1.6,
  the: 0.6,
  and: 0.3,
  "<end>": 0.1,
  sat: -0.5,
  on: -1,
});

/** The index of a token. */
export function tokenOf({ tokens }: Vocabulary, word: string): number {
  const index = tokens.indexOf(word);
  if (index < 0) throw new Error(`the vocabulary has no ${word}`);
  return index;
}
