/** What is trained, and how. */

import { softmaxCrossEntropy } from "lanewise";
import { createRandom } from "../digits/random.js";
import { Adam } from "./adam.js";
import { encode } from "./model.js";
import { Network, type Size } from "./network.js";
import type { Text } from "./text.js";

export interface Settings {
  /** How many numbers the state has. */
  readonly units: number;
  /** How many times the network reads the whole text. */
  readonly epochs: number;
  /** How many places of the text are read at once. */
  readonly rows: number;
  /** How many characters are read before each step of learning: a gradient goes back no further. */
  readonly steps: number;
  /** The learning rate of the first step; it falls linearly to zero at the last one. */
  readonly rate: number;
  /** The largest norm of a gradient. */
  readonly limit: number;
  /** Of the generator of the first weights, and of where each epoch begins. */
  readonly seed: number;
}

/** How the weights of the repository were trained. */
export const SETTINGS: Settings = { units: 128, epochs: 6, rows: 16, steps: 32, rate: 0.006, limit: 1, seed: 1 };

/** A network that learns, step by step. */
export class Learner {
  readonly network: Network;
  /** Steps in an epoch. */
  readonly perEpoch: number;
  /** Steps so far. */
  done = 0;
  readonly #settings: Settings;
  readonly #random: () => number;
  readonly #adam: Adam;
  readonly #characters: Int32Array;
  /** Characters in a row, and where the first row begins. */
  readonly #length: number;
  #begin = 0;

  constructor({ training, vocabulary }: Text, settings: Settings) {
    const { units, rows, steps, seed } = settings;
    this.#settings = settings;
    this.#random = createRandom(seed);
    this.network = new Network({ characters: vocabulary.length, units }, rows, steps, this.#random);
    this.#adam = new Adam(this.network.learned);
    this.#characters = encode(training, vocabulary);
    this.#length = Math.floor(training.length / rows);
    this.perEpoch = Math.floor(this.#length / steps);
    if (this.perEpoch === 0) throw new RangeError(`a text to learn from must have ${rows * steps} characters at least`);
  }

  /** How many steps there are. */
  get total(): number {
    return this.perEpoch * this.#settings.epochs;
  }

  /**
   * One step of learning.
   *
   * @returns the mean cross-entropy of what was read, in nats a character, before the network learned from it
   */
  learn(): number {
    const { rows, steps, rate, limit } = this.#settings;
    const place = this.done % this.perEpoch;
    if (place === 0) {
      this.network.state.fill(0);
      this.#begin = Math.floor(this.#random() * this.#characters.length);
    }
    const read = new Int32Array(steps * rows);
    const targets = new Int32Array(steps * rows);
    for (let step = 0; step < steps; step++) {
      for (let row = 0; row < rows; row++) {
        const at = this.#begin + row * this.#length + place * steps + step;
        read[step * rows + row] = this.#characters[at % this.#characters.length];
        targets[step * rows + row] = this.#characters[(at + 1) % this.#characters.length];
      }
    }
    this.network.read(read);
    const loss = this.network.backward(read, targets);
    this.#adam.step(rate * (1 - this.done / this.total), limit);
    this.network.carryOn(steps);
    this.done++;
    return loss;
  }
}

/** The mean cross-entropy of a text's characters but the first, in nats, each told from all before it. */
export function lossOn(text: string, vocabulary: string, { learned }: Network, size: Size): number {
  const characters = encode(text, vocabulary);
  const steps = characters.length - 1;
  const network = new Network(size, 1, steps, () => 0.5);
  network.learned.forEach(({ parameters }, i) => parameters.set(learned[i].parameters));
  const logits = network.read(characters.subarray(0, steps));
  return softmaxCrossEntropy(logits, characters.subarray(1), { shape: [steps, size.characters] });
}
