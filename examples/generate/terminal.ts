/** Text that appears character by character, and the alternatives to each. */

import type { Drawn } from "lanewise/sampling";
import { styled, terminalWidth } from "../../src/cli/terminal.js";

/** Writes characters as they come, and paragraphs with an empty line between them. */
export class TextWriter {
  readonly #write: (text: string) => void;
  /** How long a line may be, which is broken between words; Infinity where there is no terminal that can go back. */
  readonly #width: number;
  #column = 0;
  #word = "";

  constructor(write: (text: string) => void, width: number) {
    this.#write = write;
    // The last column is left free: terminals differ in where they are after writing there.
    this.#width = width - 1;
  }

  write(character: string): void {
    if (character === "\n") this.#endLine("\n\n");
    else if (character === " " && this.#column >= this.#width) this.#endLine("\n");
    else {
      if (this.#column >= this.#width) this.#moveWord();
      this.#write(character);
      this.#column++;
      this.#word = character === " " ? "" : this.#word + character;
    }
  }

  #endLine(end: string): void {
    this.#write(end);
    this.#column = 0;
    this.#word = "";
  }

  /** Begins a line with the word that turns out to be too long for this one, unless it began this one too. */
  #moveWord(): void {
    const word = this.#word;
    const fits = word.length > 0 && word.length < this.#column;
    if (fits) this.#write(`\x1b[${word.length}D\x1b[K`);
    this.#endLine("\n");
    if (!fits) return;
    this.#write(word);
    this.#column = word.length;
    this.#word = word;
  }
}

/** How wide lines of text are. */
export function lineWidth(): number {
  return process.stdout.isTTY && process.env.TERM !== "dumb" ? terminalWidth() : Infinity;
}

/** How much of the text so far a line shows. */
const CONTEXT = 14;
/** How wide an alternative is: `e  62→ 71` and a gap. */
const CELL = 11;

/** How many alternatives a line of the terminal has room for. */
export function alternativesPerLine(): number {
  return Math.max(1, Math.floor((terminalWidth() - CONTEXT - 7) / CELL));
}

/** What stands above the lines. */
export function headOfAlternatives(): string {
  return styled(`${"text so far".padStart(CONTEXT)}  next ${"alternatives: % before → behind the filters"}`, "bold");
}

/**
 * A line with the character that was drawn, and the most probable ones, each with its probability before and behind the filters.
 *
 * @param text the text before it
 * @param vocabulary
 * @param drawn with the most probable characters as `top`
 */
export function lineOfAlternatives(text: string, vocabulary: string, { top, ...drawn }: Drawn): string {
  const shown = [...top];
  // One that is improbable by itself is shown in the place of the last one.
  if (!shown.some(({ token }) => token === drawn.token)) shown.splice(-1, 1, drawn);
  const cells = shown.map(({ token, logProbability, filteredLogProbability }) => {
    const isCut = filteredLogProbability === -Infinity;
    const after = isCut ? "cut" : percent(filteredLogProbability);
    const cell = `${visible(vocabulary[token])} ${percent(logProbability)}→${after}`;
    return token === drawn.token ? styled(cell, "bold") : isCut ? styled(cell, "dim") : cell;
  });
  const context = Array.from(text).slice(-CONTEXT).join("").replaceAll("\n", "↵").padStart(CONTEXT);
  return `${context}  ${styled(visible(vocabulary[drawn.token]).padEnd(4), "bold")} ${cells.join("  ")}`;
}

/** A character, where it can't be seen a sign for it. */
function visible(character: string): string {
  return character === " " ? "␣" : character === "\n" ? "↵" : character;
}

/** A probability in three letters. */
function percent(logProbability: number): string {
  const value = 100 * Math.exp(logProbability);
  return (value < 9.95 ? value.toFixed(1) : value.toFixed(0)).padStart(3);
}
