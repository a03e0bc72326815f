/** How texts are indexed, and so searched: the build makes the index by these, the page reads it by the same. */

import type { Options } from "minisearch";

/** A page, or a section of one. */
export interface Entry {
  /** Its address under the site's root. */
  readonly id: string;
  readonly title: string;
  /** The title of the page that it is a section of; empty for pages. */
  readonly page: string;
  readonly description: string;
  /** Other names of what it tells of. */
  readonly names: string;
  readonly text: string;
}

/** A word without the endings that don't matter: "gradients", "vanishing". */
function stemOf(word: string): string {
  const lower = word.toLowerCase();
  return lower.length > 5 ? lower.replace(/(ing|ed|es|s)$/, "") : lower;
}

export const searchOptions: Options<Entry> = {
  fields: ["title", "names", "description", "text"],
  storeFields: ["title", "page", "description"],
  // By what separates words, and once more by the parts of names: torch.nn.GELU, leaky_relu, softmaxCrossEntropy. Of a name with
  // dots the last part is a word as well: leaky_relu of torch.nn.functional.leaky_relu.
  tokenize: (text) => {
    const words = text.split(/[^\p{L}\p{N}_.]+/u).map((word) => word.replace(/^\.+|\.+$/g, ""));
    return words.flatMap((word) => {
      const parts = word.split(/[._]|(?<=[a-z])(?=[A-Z])/);
      return [...new Set([word, word.slice(word.lastIndexOf(".") + 1), ...parts])];
    });
  },
  processTerm: (term) => (term === "" ? null : stemOf(term)),
  searchOptions: {
    boost: { title: 6, names: 4, description: 2 },
    prefix: (term) => term.length > 1,
    fuzzy: (term) => (term.length > 4 ? 0.2 : false),
    combineWith: "AND",
    // A function's own page comes before those that only name it.
    boostDocument: (_, term, stored) => (stemOf((stored as unknown as Entry).title) === term ? 4 : 1),
  },
};
