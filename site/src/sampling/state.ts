/** What the page shows, and its address. */

import type { Filter } from "lanewise/sampling";
import { numberOf, readState, writeState } from "../urlState.js";
import { type Kind, kinds } from "./kinds.js";
import { type Source, sources } from "./sources.js";
import { MODEL } from "./writer.js";

/** A filter of the chain. */
export interface Step {
  readonly kind: Kind;
  /** A number for each of its parameters. */
  readonly values: number[];
}

/** What the page shows. */
export interface State {
  source: Source;
  /** What a network's text begins with; the reader's, or of the novel that it has read. */
  beginning: string;
  chain: Step[];
  seed: number;
}

export const seedLimits = { min: 0, max: 2 ** 32 - 1, usual: 42, isInteger: true } as const;

/** What a text begins with at first: many characters can go on from here. */
export const BEGINNING = "It is a truth universally acknowledged, that a ";

/** No longer beginning: addresses have it. */
export const LONGEST_BEGINNING = 300;

/** No longer chain, so that the page stays one. */
export const LONGEST = 8;

/** An address of a chain without any filter. */
const NONE = "none";

/** Chains that people know. */
export const presets: readonly { readonly name: string; readonly chain: string }[] = [
  { name: "llama.cpp's default", chain: "topK:40,topP:0.95,minP:0.05,temperature:0.8" },
  { name: "Hugging Face's default", chain: "temperature:1,topK:50,topP:1" },
  { name: "Creative", chain: "minP:0.05,xtc:0.5:0.1,temperature:1.3" },
  { name: "Greedy", chain: "temperature:0" },
  { name: "Nothing", chain: NONE },
];

/** The filter of a step. */
export function filterOf({ kind, values }: Step): Filter {
  return kind.make(...values);
}

/** A step of a kind with its usual values. */
export function newStep(kind: Kind): Step {
  return { kind, values: kind.parameters.map(({ usual }) => usual) };
}

/** A chain from its text in an address: "temperature:0.7,xtc:0.5:0.1". */
export function readChain(text: string, problems: string[]): Step[] {
  if (text === NONE) return [];
  const steps = text.split(",").flatMap((part) => {
    const [name, ...numbers] = part.split(":");
    const kind = kinds.get(name);
    if (kind === undefined) {
      problems.push(`The address has the filter ${name}: it must be one of the list, such as topP:0.9.`);
      return [];
    }
    const values = kind.parameters.map((parameter, i) => {
      const given = new URLSearchParams(
        numbers[i] === undefined ? "" : { [`${name}'s ${parameter.name}`]: numbers[i] },
      );
      return numberOf(given, `${name}'s ${parameter.name}`, limitsOf(parameter), problems);
    });
    return [{ kind, values }];
  });
  if (steps.length > LONGEST) problems.push(`The address has ${steps.length} filters: the first ${LONGEST} are shown.`);
  return steps.slice(0, LONGEST);
}

/** What an address may give. */
function limitsOf({ step, ...limits }: Kind["parameters"][number]) {
  return { ...limits, isInteger: step === 1 };
}

export function chainText(chain: readonly Step[]): string {
  return chain.length === 0 ? NONE : chain.map(({ kind, values }) => [kind.name, ...values].join(":")).join(",");
}

/** What an address tells. */
interface Told {
  readonly state: State;
  /** Whether the source is the network, which is to be loaded yet: until then the state has the first of the others. */
  readonly usesModel: boolean;
  /** What couldn't be used. */
  readonly problems: string[];
}

/** The state that the address tells. */
export function stateOfAddress(): Told {
  const given = readState();
  const problems: string[] = [];
  const id = given.get("text") ?? sources[0].id;
  const usesModel = id === MODEL;
  const source = sources.find((each) => each.id === id);
  if (source === undefined && !usesModel) {
    const ids = [...sources.map((each) => each.id), MODEL];
    problems.push(`The address has text=${id}: it must be one of ${ids.join(", ")}.`);
  }
  const beginning = given.get("beginning") ?? BEGINNING;
  if (beginning.length > LONGEST_BEGINNING) {
    problems.push(
      `The address has a beginning of ${beginning.length} characters: the first ${LONGEST_BEGINNING} are taken.`,
    );
  }
  const chain = readChain(given.get("chain") ?? presets[0].chain, problems);
  return {
    state: {
      source: source ?? sources[0],
      beginning: beginning.slice(0, LONGEST_BEGINNING),
      chain,
      seed: numberOf(given, "seed", seedLimits, problems),
    },
    usesModel,
    problems,
  };
}

/** Puts the state into the address. */
export function storeState({ beginning, chain, seed, source }: State): void {
  const text = chainText(chain);
  writeState({
    text: source === sources[0] ? undefined : source.id,
    beginning: source.id !== MODEL || beginning === BEGINNING ? undefined : beginning,
    chain: text === presets[0].chain ? undefined : text,
    seed: seed === seedLimits.usual ? undefined : String(seed),
  });
}
