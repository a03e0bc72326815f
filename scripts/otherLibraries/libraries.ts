/** The libraries of docs/guides/coming-from.md, and what is asked of their entries. */

import * as lanewise from "lanewise";
import * as samplingFunctions from "lanewise/sampling";
import type { Entry, Library, Same } from "./entry.js";
import { jax } from "./jax.js";
import { keras } from "./keras.js";
import { onnx } from "./onnx.js";
import { scipy } from "./scipy.js";
import { tfjs } from "./tfjs.js";
import { torch } from "./torch.js";

export const libraries: readonly Library[] = [torch, jax, keras, onnx, tfjs, scipy];

/** The entries that this library can say. */
export const sames = (entries: readonly Entry[]): Same[] => entries.filter((entry) => "here" in entry);

/** The functions of lanewise, by their names in an expression, in its order: "softmax", "gumbelSoftmax". */
export function functionsIn(here: string): string[] {
  const words = [...here.matchAll(/(?<![.\w"])([A-Za-z]\w*)(?=[(.])/g)].map(([, word]) => word);
  const isFunction = (word: string) =>
    [lanewise, samplingFunctions].some(
      (module) => typeof (module as Readonly<Record<string, unknown>>)[word] === "function",
    );
  return [...new Set(words)].filter(isFunction);
}

/** The names in calls of a library, in full: "torch.nn.functional.leaky_relu" for "F.leaky_relu(x, 0.2)". */
export function fullNames({ prefixes }: Library, there: readonly string[]): string[] {
  const names = there.flatMap((call) => {
    const [, name] = /^([A-Za-z_][\w.]*)(?![\w.]| =)/.exec(call) ?? [];
    if (name === undefined) return [];
    const [first, ...rest] = name.split(".");
    if (rest.length === 0) return [Object.hasOwn(prefixes, "") ? `${prefixes[""]}.${name}` : name];
    return [[Object.hasOwn(prefixes, first) ? prefixes[first] : first, ...rest].join(".")];
  });
  return [...new Set(names)];
}

/** What other libraries call a function: the names of the calls that it alone, or first of all, makes here. */
export function namesElsewhere(name: string): string[] {
  const names = libraries.flatMap((library) =>
    sames(Object.values(library.tables).flat())
      .filter(({ here }) => functionsIn(here)[0] === name)
      .flatMap(({ there }) => fullNames(library, there)),
  );
  return [...new Set(names)];
}
