/** A text that a model of characters writes on, by a chain of filters. */

import { createSampler, type Filter, type Sampler } from "lanewise/sampling";
import type { CharacterModel } from "../../../examples/generate/model.js";
import type { Source } from "./sources.js";

/** The source whose distributions are those of the model, in an address. */
export const MODEL = "model";

/** What that source is called. */
export const MODEL_NAME = "A network that writes";

/** How much of the text a heading shows. */
const TAIL = 36;

/** Writes on. */
export class Writer {
  #beginning = "";
  #written = "";
  /** Has the text as its history; made when something is written by other filters, another seed, or after another text. */
  #sampler: Sampler | undefined;

  constructor(readonly model: CharacterModel) {}

  get beginning(): string {
    return this.#beginning;
  }

  /** What follows the beginning. */
  get written(): string {
    return this.#written;
  }

  /** Takes a beginning, with nothing written yet. Its characters must be of the vocabulary. */
  begin(beginning: string): void {
    this.#beginning = beginning;
    this.#written = "";
    this.#sampler = undefined;
  }

  /** Has what is written next begin with the seed anew. */
  restart(): void {
    this.#sampler = undefined;
  }

  /**
   * Writes as `npm run generate` does whose prompt is the text that was there when filters and seed were last changed.
   *
   * @throws {RangeError} if filters leave no character; what was written before that stays
   */
  write(count: number, filters: readonly Filter[], seed: number): void {
    if (this.#sampler === undefined) {
      this.#sampler = createSampler(filters, { seed });
      this.#sampler.accept(this.model.encode(this.#beginning + this.#written));
    }
    for (let i = 0; i < count; i++) {
      const logits = this.model.logits(this.#beginning + this.#written);
      this.#written += this.model.vocabulary[this.#sampler.next(logits)];
    }
  }

  /** The distribution of the next character. */
  source(): Source {
    const { vocabulary } = this.model;
    const text = this.#beginning + this.#written;
    const tail = text.slice(-TAIL).replaceAll("\n", "¶");
    return {
      id: MODEL,
      name: MODEL_NAME,
      text: `${text.length > TAIL ? "…" : ""}${tail}…`,
      tokens: Array.from(vocabulary, nameOf),
      logits: this.model.logits(text),
      history: Array.from(this.model.encode(text)),
    };
  }
}

/** A character, where it can't be seen what it is called. */
export function nameOf(character: string): string {
  return character === " " ? "space" : character === "\n" ? "new line" : character;
}

/** Why a text can't be the beginning; undefined where it can. */
export function problemOf(text: string, vocabulary: string): string | undefined {
  const unknown = [...new Set(text)].filter((character) => !vocabulary.includes(character));
  if (unknown.length === 0) return undefined;
  const named = unknown.map((character) => (/[\s\p{C}]/u.test(character) ? JSON.stringify(character) : character));
  return `The network has never read ${named.join(" ")} and can’t begin with it. It knows spaces, new lines and ${vocabulary.replaceAll(/\s/g, "")}`;
}
