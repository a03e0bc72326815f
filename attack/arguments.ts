/** The options of `npm run attack`. */

import { parseArgs } from "node:util";
import { type PartName, partNames } from "./report.js";

export const HELP = `
  npm run attack                        every part in its short form, about a minute
  npm run attack -- properties soak     only these parts: ${partNames.join(", ")}
  npm run attack -- --long              many more cases and calls, about half an hour; writes docs/reliability.md
                                        unless parts are named
  npm run attack -- --seed N            other cases; a run prints its seed, which repeats it
  npm run attack -- --only TEXT         only what has a name with this text: a function, a property, an environment
  npm run attack -- --case '{…}'        repeats one case of the properties, as a failure prints it
`;

export interface Arguments {
  readonly parts: readonly PartName[];
  readonly isLong: boolean;
  readonly seed: number;
  readonly only: string | undefined;
  readonly repeated: string | undefined;
}

/** The seed where none is given: always the same, so that a change that fails is the one that was made. */
const SEED = 21;

/** The arguments; undefined where help is wanted. */
export function readArguments(args: readonly string[]): Arguments | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      long: { type: "boolean", default: false },
      seed: { type: "string", default: String(SEED) },
      only: { type: "string" },
      case: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const unknown = positionals.filter((name) => !(partNames as readonly string[]).includes(name));
  if (unknown.length > 0) throw new Error(`there is no part ${unknown.join()}, only ${partNames.join(", ")}`);
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed must be an integer, not ${values.seed}`);
  return {
    parts: positionals.length > 0 ? (positionals as PartName[]) : partNames,
    isLong: values.long,
    seed,
    only: values.only,
    repeated: values.case,
  };
}
