/** The tables of docs/guides/coming-from.md: the calls of other libraries, and the names of their options. */

import { ROW_SPELLINGS, type Spellings } from "../../src/args/spellings.js";
import { LOSS_SPELLINGS } from "../../src/families/losses/reduction.js";
import { SAMPLING_SPELLINGS } from "../../src/families/sampling/draw.js";
import { table } from "../markdown.js";
import type { Entry } from "./entry.js";
import { inputsText } from "./inputs.js";
import { libraries, sames } from "./libraries.js";

const code = (text: string) => `\`${text.replaceAll("|", "\\|")}\``;

/** The heading of a table, which the site's search knows its calls by. */
export const headingOf = (library: string, title: string): string => `${library}: ${title}`;

/** All libraries: a table for each family of their calls, and what this library has nothing for below it. */
export function librariesTables(): string {
  return libraries
    .map(({ about, name, tables }) => {
      const parts = Object.entries(tables).map(
        ([title, entries]) => `### ${headingOf(name, title)}\n\n${entriesTable(entries)}`,
      );
      return [`## ${name}\n\n${about}`, ...parts].join("\n\n");
    })
    .join("\n\n");
}

function entriesTable(entries: readonly Entry[]): string {
  const rows = sames(entries).map(({ here, note, there }) => [
    there.map(code).join("<br>"),
    note === "" ? code(here) : `${code(here)}<br>${note}`,
  ]);
  const missing = entries.flatMap((entry) =>
    "none" in entry ? [`- ${entry.there.map(code).join(", ")}: ${entry.none}`] : [],
  );
  const list = missing.length === 0 ? [] : [`Not here:\n\n${missing.join("\n")}`];
  return [table([["there", "here"], ...rows]), ...list].join("\n\n");
}

/** The program that declares what the calls take. */
export function inputsProgram(): string {
  return `\`\`\`js\nimport { softmax } from "lanewise";\n\n${inputsText}\n\nsoftmax(x, { shape, mask });\n\`\`\``;
}

/** Options of several words, as other libraries write them: the spellings have neither _ nor capitals. */
const written = [
  ...["attn_mask", "attention_mask", "key_padding_mask", "use_causal_mask"],
  ...[
    "from_logits",
    "class_weight",
    "sample_weight",
    "size_average",
    "ignore_id",
    "grad_output",
    "do_sample",
    "select_last_index",
  ],
];

/** A table of the options that errors know by other names. */
export function optionsTable(): string {
  const all: Spellings = { ...ROW_SPELLINGS, ...LOSS_SPELLINGS, ...SAMPLING_SPELLINGS };
  const byAnswer = new Map<string, string[]>();
  for (const [name, answer] of Object.entries(all)) byAnswer.set(answer, [...(byAnswer.get(answer) ?? []), name]);
  const rows = Array.from(byAnswer, ([answer, spellings]) => {
    const shown = spellings.map((name) => `\`${written.find((other) => other.replaceAll("_", "") === name) ?? name}\``);
    return [shown.join(", "), answer.includes(" ") ? answer : `\`${answer}\``];
  });
  return table([["there", "here"], ...rows]);
}
