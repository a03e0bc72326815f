/** The filters of `lanewise/sampling` as options of a command line, applied in the order in which they are given. */

import { type Command, InvalidArgumentError, Option } from "commander";
import * as sampling from "lanewise/sampling";
import type { Filter } from "lanewise/sampling";
import { kebab, parseInteger, parseNumber, parseNumbers } from "../../src/cli/options.js";

/** What a filter's options give: by their keys what the command line has. */
type Values = Readonly<Record<string, number | string | readonly number[]>>;

/** An option of a filter. */
interface FilterOption {
  /** What the filter calls it; the errors of `lanewise/sampling` name it so. */
  readonly key: string;
  readonly flag: string;
  readonly takes: string;
  readonly what: string;
  readonly parse: (text: string) => Values[string];
}

/** A filter: it is applied where the first of its options is given. */
export interface FilterDescription {
  /** The function of `lanewise/sampling` that makes it. */
  readonly name: string;
  readonly isPenalty: boolean;
  /** The first one is needed wherever another one is given. */
  readonly options: readonly FilterOption[];
  readonly make: (values: Values, context: Context) => Filter;
}

/** What filters need beside their own options. */
export interface Context {
  /** The tokens of a text. */
  readonly encode: (text: string) => Int32Array;
  /** The characters that end a text. */
  readonly endTokens: string;
}

/** A filter of one number, which has its name: `--top-k 40`. */
function ofNumber(
  name: string,
  make: (value: number) => Filter,
  key: string,
  takes: string,
  what: string,
  isPenalty = false,
): FilterDescription {
  const options = [{ key, flag: `--${kebab(name)}`, takes, what, parse: parseNumber }];
  return { name, isPenalty, options, make: (values) => make(values[key] as number) };
}

/** A filter of characters: `--banned-tokens xyz`. */
function ofCharacters(
  name: string,
  key: string,
  takes: string,
  what: string,
  make: (tokens: Int32Array) => Filter,
): FilterDescription {
  const options = [{ key, flag: `--${kebab(name)}`, takes, what, parse: unescape }];
  return { name, isPenalty: true, options, make: (values, { encode }) => make(encode(values[key] as string)) };
}

/** A filter whose options have names: `--xtc-probability 0.5 --xtc-threshold 0.1`. */
function ofOptions(
  name: string,
  make: FilterDescription["make"],
  options: readonly Omit<FilterOption, "flag">[],
  isPenalty = false,
): FilterDescription {
  const flagged = options.map((option) => ({ ...option, flag: `--${kebab(name)}-${kebab(option.key)}` }));
  return { name, isPenalty, options: flagged, make };
}

/** Options as their filter takes them, without the ones that need another form. */
const given = (values: object): never => values as never;
const number = (key: string, takes: string, what: string) => ({ key, takes, what, parse: parseNumber });
const integer = (key: string, takes: string, what: string) => ({ key, takes, what, parse: parseInteger(-Infinity) });

/** All filters, each with its options. */
export const filterDescriptions: readonly FilterDescription[] = [
  ofNumber("temperature", sampling.temperature, "value", "<t>", "divide logits by it; 0 takes the likeliest"),
  {
    name: "dynamicTemperature",
    isPenalty: false,
    options: [
      {
        key: "range",
        flag: "--dynamic-temperature",
        takes: "<min,max>",
        what: "a temperature that grows with the entropy, or with a power of it: 0.5,1.5,2",
        parse: parseRange,
      },
    ],
    make: ({ range }) => {
      const [min, max, exponent] = range as readonly number[];
      return sampling.dynamicTemperature({ min, max, exponent });
    },
  },
  ofNumber("topK", sampling.topK, "k", "<k>", "leave the k most probable"),
  ofNumber("topP", sampling.topP, "p", "<p>", "leave the most probable that sum to p"),
  ofNumber("minP", sampling.minP, "p", "<p>", "leave those of p times the top probability"),
  ofNumber("typicalP", sampling.typicalP, "p", "<p>", "leave those of about the mean surprise"),
  ofNumber("epsilonCutoff", sampling.epsilonCutoff, "epsilon", "<e>", "leave those of at least this probability"),
  ofNumber("etaCutoff", sampling.etaCutoff, "epsilon", "<e>", "the same, less where the entropy is high"),
  ofNumber("topNSigma", sampling.topNSigma, "n", "<n>", "leave those n deviations from the top logit"),
  ofNumber("topA", sampling.topA, "a", "<a>", "leave those of a times the top one squared"),
  ofNumber("topH", sampling.topH, "h", "<h>", "leave those that have a part h of the entropy"),
  ofOptions("xtc", (values) => sampling.xtc(given(values)), [
    number("probability", "<p>", "how often to cut all top choices but one"),
    number("threshold", "<t>", "what a top choice is (default: 0.1)"),
  ]),
  {
    name: "mirostat",
    isPenalty: false,
    options: [
      {
        key: "version",
        flag: "--mirostat",
        takes: "<version>",
        what: "keep the surprise near tau; 1 or 2",
        parse: parseInteger(1, 2),
      },
      { key: "tau", flag: "--mirostat-tau", takes: "<bits>", what: "the surprise (default: 5)", parse: parseNumber },
      { key: "eta", flag: "--mirostat-eta", takes: "<rate>", what: "how fast (default: 0.1)", parse: parseNumber },
    ],
    make: (values) => sampling.mirostat(given(values)),
  },
  ofNumber(
    "repetitionPenalty",
    sampling.repetitionPenalty,
    "penalty",
    "<r>",
    "divide the logits of what occurred by it",
    true,
  ),
  ofNumber(
    "presencePenalty",
    sampling.presencePenalty,
    "penalty",
    "<p>",
    "take it off the logits of what occurred",
    true,
  ),
  ofNumber(
    "frequencyPenalty",
    sampling.frequencyPenalty,
    "penalty",
    "<p>",
    "the same for each time that it occurred",
    true,
  ),
  ofNumber("noRepeatNgramSize", sampling.noRepeatNgramSize, "n", "<n>", "repeat no sequence of n characters", true),
  ofOptions(
    "dry",
    ({ sequenceBreakers, ...others }, { encode }) => {
      const breakers = sequenceBreakers === undefined ? {} : { sequenceBreakers: encode(sequenceBreakers as string) };
      return sampling.dry(given({ ...others, ...breakers }));
    },
    [
      number("multiplier", "<m>", "penalise long repetitions; 0.8 is usual"),
      number("base", "<b>", "how it grows with the length (default: 1.75)"),
      integer("allowedLength", "<n>", "the longest one that is free (default: 2)"),
      integer("lastTokens", "<n>", "how far back to look (default: all)"),
      { key: "sequenceBreakers", takes: "<chars>", what: "no repetition goes over these", parse: unescape },
    ],
    true,
  ),
  {
    name: "logitBias",
    isPenalty: true,
    options: [
      {
        key: "bias",
        flag: "--logit-bias",
        takes: "<c=bias>",
        what: "add to the logit of a character: e=-5",
        parse: (text) => {
          const [, character, bias] = /^(.|\\n)=(.+)$/su.exec(text) ?? [];
          if (character === undefined) throw new InvalidArgumentError("It must be a character, = and a number: e=-5.");
          return `${unescape(character)}${parseNumber(bias)}`;
        },
      },
    ],
    make: ({ bias }, { encode }) => {
      const [character, ...digits] = Array.from(bias as string);
      return sampling.logitBias([[encode(character)[0], Number(digits.join(""))]]);
    },
  },
  ofCharacters("bannedTokens", "tokens", "<chars>", "never draw these characters", sampling.bannedTokens),
  ofCharacters("allowedTokens", "allowed", "<chars>", "draw these characters alone", (tokens) =>
    sampling.allowedTokens([...tokens]),
  ),
  ofCharacters("badWords", "sequences", "<word>", "never write this word", (tokens) => sampling.badWords([tokens])),
  {
    name: "minLength",
    isPenalty: true,
    options: [
      {
        key: "length",
        flag: "--min-length",
        takes: "<n>",
        what: "no --end-tokens before, prompt included",
        parse: parseNumber,
      },
    ],
    make: ({ length }, { encode, endTokens }) => {
      if (endTokens === "") throw new Error("--min-length needs --end-tokens");
      return sampling.minLength(length as number, encode(endTokens));
    },
  },
];

/** What the command line gives for a filter. */
interface Given {
  readonly description: FilterDescription;
  readonly values: Record<string, Values[string]>;
}

/** The filters that a command line gives, in its order. */
export class GivenFilters {
  readonly #given: Given[] = [];

  /** Adds the options of all filters to a command. */
  addTo(command: Command, headings: { filters: string; penalties: string }): void {
    for (const description of filterDescriptions) {
      for (const { key, flag, takes, what, parse } of description.options) {
        const option = new Option(`${flag} ${takes}`, what).argParser((text) =>
          this.#take(description, key, parse(text)),
        );
        command.addOption(option.helpGroup(description.isPenalty ? headings.penalties : headings.filters));
      }
    }
  }

  get isEmpty(): boolean {
    return this.#given.length === 0;
  }

  #take(description: FilterDescription, key: string, value: Values[string]): void {
    // A filter of one option may be given several times; options of another one belong to one filter.
    const known =
      description.options.length === 1 ? undefined : this.#given.find((one) => one.description === description);
    if (known === undefined) this.#given.push({ description, values: { [key]: value } });
    else if (key in known.values) throw new InvalidArgumentError("It is given twice.");
    else known.values[key] = value;
  }

  /** Makes the filters. */
  make(context: Context): Filter[] {
    return this.#given.map(({ description, values }) => {
      const [needed] = description.options;
      if (!(needed.key in values)) {
        const other = description.options.find(({ key }) => key in values)!;
        throw new Error(`${other.flag} needs ${needed.flag}`);
      }
      try {
        return description.make(values, context);
      } catch (error) {
        throw named(error, description);
      }
    });
  }

  /** The filters as a command line has them. */
  toString(): string {
    const flags = this.#given.flatMap(({ description, values }) =>
      description.options.filter(({ key }) => key in values).map(({ key, flag }) => `${flag} ${quoted(values[key])}`),
    );
    return flags.join(" ");
  }
}

/** An error of a filter, "xtc: probability must be …", with the option in the place of these names. */
function named(error: unknown, { name, options }: FilterDescription): unknown {
  if (!(error instanceof TypeError || error instanceof RangeError)) return error;
  const message = error.message.replace(`${name}: `, "");
  const option = options.find(({ key }) => message.startsWith(`${key} must`));
  return new Error(option === undefined ? `${options[0].flag}: ${message}` : message.replace(option.key, option.flag));
}

/** A value as a shell takes it. */
function quoted(value: Values[string]): string {
  const text = String(value).replaceAll("\n", "\\n");
  return /^[\w.,+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Two numbers, or three: "0.5,1.5". */
function parseRange(text: string): readonly number[] {
  const numbers = parseNumbers(text);
  const [min, max] = numbers;
  if ((numbers.length !== 2 && numbers.length !== 3) || !(min <= max)) {
    throw new InvalidArgumentError("It must be two numbers, the smaller one first, such as 0.5,1.5.");
  }
  return numbers;
}

/** A text in which \n stands for a new line, which shells don't take easily. */
export function unescape(text: string): string {
  return text.replaceAll("\\n", "\n");
}
