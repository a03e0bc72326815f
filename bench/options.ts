/** The options of `npm run bench`. */

import { parseArgs } from "node:util";

export interface Options {
  /** Names of functions; without one, all are measured. */
  readonly wanted: readonly string[];
  readonly sizes: readonly number[] | undefined;
  /** Derivatives and backward too. */
  readonly all: boolean;
  /** All sizes, every engine, peers and C++, stored. */
  readonly full: boolean;
}

export function readArguments(args: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      sizes: { type: "string" },
      all: { type: "boolean", default: false },
      full: { type: "boolean", default: false },
    },
  });
  const sizes = values.sizes?.split(",").map(Number);
  if (sizes?.some((size) => !Number.isInteger(size) || size <= 0)) throw new RangeError(`sizes: ${values.sizes}`);
  return { wanted: positionals, sizes, all: values.all, full: values.full };
}
