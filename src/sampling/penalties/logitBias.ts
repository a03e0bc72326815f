import { checkInteger, checkNumber, mustBe } from "../../args/arrays.js";
import { addTo, checkToken, type Filter, isIterable, stateless } from "../filter.js";

/** What is added to which token's logit: a Map, pairs, or an object whose keys are the tokens. */
export type Biases = Iterable<readonly [token: number, bias: number]> | Readonly<Record<number, number>>;

/**
 * Logit bias: a number is added to the logits of some tokens, `x + bias`. -Infinity bans a token; Infinity leaves no other. What is
 * banned already stays so, whatever is added. Biases of one token add up.
 *
 * OpenAI's `logit_bias`, and in llama.cpp `--logit-bias`. In Hugging Face's transformers: SequenceBiasLogitsProcessor, of sequences.
 *
 * @formula `x_i \leftarrow x_i + \text{bias}_i`
 * @param biases a Map from tokens to numbers, an array of pairs, or an object as OpenAI's interface takes it
 * @throws {TypeError} if it is none of these, a token is no integer, or a bias no number
 * @throws {RangeError} if a bias is NaN, or, when it is used, a token is not in the vocabulary
 * @see https://platform.openai.com/docs/api-reference/chat/create
 * @example
 * createSampler([logitBias({ 1: 100 })]).next(Float32Array.of(2, 1)); // 1
 */
export function logitBias(biases: Biases): Filter {
  const pairs = readBiases(biases);
  return stateless("logitBias", (distribution, step) => {
    if (pairs.length === 0) return;
    for (const [token] of pairs) checkToken(step, "logitBias", token);
    const logits = distribution.edit();
    const { temperature } = distribution;
    for (const [token, bias] of pairs) addTo(logits, token, bias * temperature);
  });
}

function readBiases(biases: unknown): readonly (readonly [number, number])[] {
  if (typeof biases !== "object" || biases === null) {
    throw mustBe("logitBias", "biases", "a Map, an array of pairs, or an object", biases);
  }
  const entries = isIterable(biases) ? Array.from(biases) : Object.entries(biases);
  return entries.map((entry, i) => {
    if (!Array.isArray(entry) || entry.length !== 2) {
      throw mustBe("logitBias", `biases[${i}]`, "a pair of a token and a number", entry);
    }
    const [key, bias] = entry as [unknown, unknown];
    const number = typeof key === "bigint" || typeof key === "string" ? Number(key) : key;
    checkInteger("logitBias", `the token of biases[${i}]`, number, 0, 2 ** 32 - 1);
    const token = number;
    checkNumber("logitBias", `the bias of token ${token}`, bias);
    if (bias !== bias) throw new RangeError(`logitBias: the bias of token ${token} must not be NaN`);
    return [token, bias];
  });
}
