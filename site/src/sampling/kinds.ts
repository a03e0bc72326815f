/** The filters that the page has: what they are called, what they do in plain words, and how they are made. */

import {
  dynamicTemperature,
  epsilonCutoff,
  etaCutoff,
  type Filter,
  frequencyPenalty,
  minP,
  mirostat,
  presencePenalty,
  repetitionPenalty,
  temperature,
  topA,
  topH,
  topK,
  topNSigma,
  topP,
  typicalP,
  xtc,
} from "lanewise/sampling";

/** A number that a filter is given. */
export interface Parameter {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** What it is at first. */
  readonly usual: number;
}

/** A kind of filter. */
export interface Kind {
  /** The name of its function, and of its page in the documentation. */
  readonly name: string;
  /** What people call it. */
  readonly label: string;
  /** What it does, in a sentence. */
  readonly does: string;
  readonly parameters: readonly Parameter[];
  make(...values: number[]): Filter;
  /** How a program makes it, with these values. */
  code(...values: number[]): string;
}

const number = (name: string, min: number, max: number, step: number, usual: number): Parameter => {
  return { name, min, max, step, usual };
};

/** A kind whose function takes one number. */
function ofNumber(
  name: string,
  fn: (value: number) => Filter,
  label: string,
  does: string,
  parameter: Parameter,
): Kind {
  return { name, label, does, parameters: [parameter], make: fn, code: (value) => `${name}(${value})` };
}

/** A kind whose function takes options, each of them a number. */
function ofOptions(
  name: string,
  fn: (options: never) => Filter,
  label: string,
  does: string,
  parameters: readonly Parameter[],
): Kind {
  return {
    name,
    label,
    does,
    parameters,
    make: (...values) => fn(Object.fromEntries(parameters.map((each, i) => [each.name, values[i]])) as never),
    code: (...values) => `${name}({ ${parameters.map((each, i) => `${each.name}: ${values[i]}`).join(", ")} })`,
  };
}

/** A temperature between two numbers: the page takes them in any order. */
const dynamic: Kind = {
  ...ofOptions(
    "dynamicTemperature",
    dynamicTemperature,
    "dynamic temperature",
    "A low temperature where the model is sure of its token, a high one where it is not.",
    [number("min", 0.05, 2, 0.05, 0.5), number("max", 0.05, 4, 0.05, 1.5)],
  ),
  make: (a, b) => dynamicTemperature({ min: Math.min(a, b), max: Math.max(a, b) }),
  code: (a, b) => `dynamicTemperature({ min: ${Math.min(a, b)}, max: ${Math.max(a, b)} })`,
};

const all: readonly Kind[] = [
  ofNumber(
    "temperature",
    temperature,
    "temperature",
    "Cuts nothing: below 1 it makes the likely likelier, above 1 all more alike. At 0 the first alone is left.",
    number("value", 0, 3, 0.05, 0.8),
  ),
  dynamic,
  ofNumber("topK", topK, "top-k", "Keeps the k most probable, however probable they are.", number("k", 1, 50, 1, 8)),
  ofNumber(
    "topP",
    topP,
    "top-p",
    "Keeps the most probable until they have the probability p together: few where the model is sure, many where it is not.",
    number("p", 0, 1, 0.01, 0.9),
  ),
  ofNumber(
    "minP",
    minP,
    "min-p",
    "Keeps those that are at least p times as probable as the first.",
    number("p", 0, 1, 0.01, 0.1),
  ),
  ofNumber(
    "typicalP",
    typicalP,
    "typical-p",
    "Keeps those that are about as surprising as a token is on average, until they have the probability p: the first may go.",
    number("p", 0.01, 1, 0.01, 0.8),
  ),
  ofNumber(
    "topNSigma",
    topNSigma,
    "top-nσ",
    "Keeps those whose logit is within n standard deviations of the largest, whatever the temperature.",
    number("n", 0.05, 4, 0.05, 1),
  ),
  ofNumber(
    "topA",
    topA,
    "top-a",
    "Keeps those of at least a times the square of the largest probability: the surer the model, the more it cuts.",
    number("a", 0, 1, 0.01, 0.3),
  ),
  ofNumber(
    "topH",
    topH,
    "top-H",
    "Keeps the most probable until they have the part h of the entropy.",
    number("h", 0.05, 1, 0.05, 0.4),
  ),
  ofNumber(
    "epsilonCutoff",
    epsilonCutoff,
    "epsilon cutoff",
    "Keeps those that are at least so probable.",
    number("epsilon", 0.001, 0.3, 0.001, 0.03),
  ),
  ofNumber(
    "etaCutoff",
    etaCutoff,
    "eta cutoff",
    "As epsilon cutoff, but it cuts less where many tokens are about as probable.",
    number("epsilon", 0.001, 0.9, 0.001, 0.1),
  ),
  ofOptions(
    "xtc",
    xtc,
    "xtc",
    "At times excludes all top choices but the least of them, so that a text takes other turns.",
    [number("probability", 0, 1, 0.05, 0.5), number("threshold", 0, 0.5, 0.01, 0.1)],
  ),
  ofOptions(
    "mirostat",
    mirostat,
    "mirostat",
    "Keeps those whose surprise is below a limit, which follows what is drawn; shown is the first draw. It goes last.",
    [number("tau", 0.1, 5, 0.1, 1.5), number("eta", 0, 1, 0.05, 0.1)],
  ),
  ofNumber(
    "repetitionPenalty",
    repetitionPenalty,
    "repetition penalty",
    "Makes what has been said less probable: it divides the logit, or multiplies one below 0.",
    number("penalty", 0.5, 3, 0.05, 1.3),
  ),
  ofNumber(
    "presencePenalty",
    presencePenalty,
    "presence penalty",
    "Takes a number off the logit of what has been said, however often.",
    number("penalty", -2, 2, 0.1, 1),
  ),
  ofNumber(
    "frequencyPenalty",
    frequencyPenalty,
    "frequency penalty",
    "Takes a number off the logit for each time that the token has been said.",
    number("penalty", -2, 2, 0.1, 0.5),
  ),
];

/** The kinds by their names. */
export const kinds: ReadonlyMap<string, Kind> = new Map(all.map((kind) => [kind.name, kind]));
