/** The text that the network learns from. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The first volume of Pride and Prejudice. */
export const TEXT = fileURLToPath(new URL("text.txt", import.meta.url));

/** The last of so many equal parts is held out: the network never learns from it. */
const PARTS = 25;

export interface Text {
  /** All characters of the text, each once. */
  readonly vocabulary: string;
  /** What is learned from. */
  readonly training: string;
  /** What tells how well it was learned. */
  readonly heldOut: string;
}

/**
 * Reads a text whose paragraphs have an empty line between them. A paragraph becomes a line, so that the network need not learn where lines
 * are broken; underscores, which stand for italics, are left out.
 */
export function loadText(path = TEXT): Text {
  const paragraphs = readFileSync(path, "utf8")
    .replaceAll("\r", "")
    .replaceAll("_", "")
    .trim()
    .split(/\n\s*\n/);
  const lines = paragraphs.map((paragraph) => `${paragraph.trim().replaceAll(/\s+/g, " ")}\n`);
  const whole = lines.join("");
  let training = "";
  let at = 0;
  while (training.length < whole.length * (1 - 1 / PARTS) && at < lines.length - 1) training += lines[at++];
  const vocabulary = [...new Set(whole)].sort().join("");
  return { vocabulary, training, heldOut: lines.slice(at).join("") };
}
