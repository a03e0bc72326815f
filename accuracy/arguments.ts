/** The command line of `npm run accuracy`. */

import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type BackendName, backends, type Elementwise } from "lanewise";
import type { Kind, Options } from "./slice.js";

export const HELP = `Runs functions over every float32 number there is, values and derivatives, and stores the largest errors found in
docs/accuracy.json and docs/accuracy.md. Fails if one is over its bound. A run that was broken off goes on.

  npm run accuracy                              every function, on every WebAssembly backend of this Node
  npm run accuracy -- sigmoid tanh              these functions
  npm run accuracy -- --kinds value             no derivatives
  npm run accuracy -- --backends simd           this backend
  npm run accuracy -- elu --set alpha=0.5       with other parameters; shown, not stored
  npm run accuracy -- --stride 1009             every 1009th number: quick; shown, not stored
  npm run accuracy -- --workers 1               on one core
  npm run accuracy -- --float64                 float64 on every backend, js too, at 672,000 random points against mpmath
  npm run accuracy -- --float64 --seed 2        at others; shown, not stored
  npm run accuracy -- --float64 --points 200000 at so many of each function and form; shown, not stored
  npm run accuracy -- --float64 --remember      and keeps the worst points for the tests, in test/golden/worst.json
  npm run accuracy -- --peers                   the peers (bench/peers/) on every 1009th number instead of ours
  npm run accuracy -- --help                    this text`;

/** The stride for peers, which are slow. A prime: the patterns of all low bits come up. */
export const PEERS_STRIDE = 1009;

export interface Arguments {
  readonly functions: readonly string[];
  readonly kinds: readonly Kind[];
  readonly backends: readonly BackendName[];
  readonly options: Options;
  readonly stride: number;
  readonly workers: number;
  readonly peers: boolean;
  readonly float64: boolean;
  readonly seed: number;
  readonly points: number | undefined;
  readonly remember: boolean;
}

/**
 * @param table the functions that there are
 * @returns undefined if the help is wanted
 * @throws {TypeError | RangeError} if an argument makes no sense
 */
export function readArguments(table: readonly Elementwise[]): Arguments | undefined {
  const { values: given, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      kinds: { type: "string", default: "value,derivative" },
      backends: { type: "string" },
      set: { type: "string", multiple: true, default: [] },
      stride: { type: "string" },
      workers: { type: "string", default: String(availableParallelism()) },
      peers: { type: "boolean", default: false },
      float64: { type: "boolean", default: false },
      seed: { type: "string", default: "1" },
      points: { type: "string" },
      remember: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (given.help) return undefined;
  const names = table.map(({ definition }) => definition.name);
  const functions = chosen("function", positionals.length > 0 ? positionals : names, names);
  // From the most exact on, as they are shown.
  const running = backends()
    .filter((info) => info.available && (given.float64 || info.name !== "js"))
    .map(({ name }) => name)
    .reverse();
  return {
    functions,
    kinds: chosen<Kind>("kind", given.kinds.split(","), ["value", "derivative"]),
    backends: chosen("backend here", given.backends?.split(",") ?? running, running),
    options: parametersOf(
      given.set,
      table.filter(({ definition }) => functions.includes(definition.name)),
    ),
    stride: countOf("stride", given.stride ?? (given.peers ? PEERS_STRIDE : 1)),
    workers: countOf("workers", given.workers),
    peers: given.peers,
    float64: given.float64,
    seed: countOf("seed", given.seed),
    remember: given.remember,
    points: given.points === undefined ? undefined : countOf("points", given.points),
  };
}

function countOf(option: string, given: string | number): number {
  const count = Number(given);
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`--${option} must be a positive integer, not ${given}`);
  return count;
}

function chosen<T extends string>(what: string, given: readonly string[], known: readonly T[]): T[] {
  const unknown = given.filter((name) => !(known as readonly string[]).includes(name));
  if (unknown.length > 0) throw new RangeError(`there is no ${what} ${unknown.join(", ")}, only ${known.join(", ")}`);
  return known.filter((name) => given.includes(name));
}

/** The parameters of settings like "alpha=0.5". */
function parametersOf(settings: readonly string[], functions: readonly Elementwise[]): Options {
  return Object.fromEntries(
    settings.map((setting) => {
      const [, name = "", value = ""] = /^(\w+)=(.+)$/.exec(setting) ?? [];
      const without = functions.filter(({ definition }) => !Object.hasOwn(definition.parameters ?? {}, name));
      if (without.length > 0) {
        const names = without.map(({ definition }) => definition.name);
        throw new RangeError(`--set ${setting}: ${names.join(", ")} has no such parameter`);
      }
      return [name, Number.isNaN(Number(value)) ? value : Number(value)];
    }),
  );
}
