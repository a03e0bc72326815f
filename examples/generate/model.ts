/** A language model of characters. It runs in Node and in pages. */

import { Network } from "./network.js";
import { readAbout, readWeights, sizeOf } from "./weights.js";

/** Tells which character comes next. */
export class CharacterModel {
  readonly #network: Network;
  /** What the network has read since its state was 0, and the logits that it gave then. */
  #read = "";
  #logits: Float32Array = new Float32Array(0);

  private constructor(
    /** All characters that it knows, each once: token i is the i-th of them. */
    readonly vocabulary: string,
    network: Network,
  ) {
    this.#network = network;
  }

  /**
   * The model of a file of weights: in a page `CharacterModel.fromWeights(await (await fetch("weights.bin")).arrayBuffer())`.
   *
   * @throws {Error} if the bytes are not those of such a file
   */
  static fromWeights(bytes: ArrayBuffer): CharacterModel {
    const about = readAbout(bytes);
    const network = new Network(sizeOf(about), 1, 1, () => 0.5);
    readWeights(bytes, network);
    return new CharacterModel(about.vocabulary, network);
  }

  /**
   * The logits of the character that follows a text, one for each of the vocabulary. A text of which an earlier one is the beginning takes the
   * time of what is new alone; the result is the same.
   *
   * @param context the text so far, of any length; where it is empty, the beginning of a paragraph
   * @returns a new array
   * @throws {RangeError} if the text has a character that the vocabulary has not
   */
  logits(context: string): Float32Array {
    const text = context === "" ? "\n" : context;
    if (this.#read === "" || !text.startsWith(this.#read)) {
      this.#network.state.fill(0);
      this.#read = "";
    }
    for (const character of this.encode(text.slice(this.#read.length))) {
      this.#logits = this.#network.read(Int32Array.of(character));
      this.#network.carryOn(1);
    }
    this.#read = text;
    return this.#logits.slice();
  }

  /**
   * The tokens of a text.
   *
   * @throws {RangeError} if the text has a character that the vocabulary has not
   */
  encode(text: string): Int32Array {
    return encode(text, this.vocabulary);
  }

  /** The text of tokens. */
  decode(tokens: Iterable<number>): string {
    return Array.from(tokens, (token) => this.vocabulary[token]).join("");
  }
}

/** The numbers of a text's characters: their places in the vocabulary. */
export function encode(text: string, vocabulary: string): Int32Array {
  return Int32Array.from(Array.from(text), (character) => {
    const token = vocabulary.indexOf(character);
    if (token < 0) {
      throw new RangeError(
        `there is no character ${JSON.stringify(character)} in the text that the model has learned from`,
      );
    }
    return token;
  });
}
