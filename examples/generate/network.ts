/** A gated recurrent unit that reads characters, forwards and backwards. */

import { sigmoid, softmaxCrossEntropy, tanh } from "lanewise";
import { Dense } from "../digits/dense.js";
import type { Learned } from "./adam.js";

/** How large a network is. */
export interface Size {
  /** How many characters there are. */
  readonly characters: number;
  /** How many numbers the state has, which is all that the network knows of what it has read. */
  readonly units: number;
}

/**
 * A gated recurrent unit (GRU; Cho et al. 2014, https://arxiv.org/abs/1406.1078, in the form that PyTorch's has), and a dense layer from
 * its state to the logits of the next character. For a character c and the state h before it:
 *
 *   [z r] = sigmoid(Wc + Uh + b)            two gates: what to keep, and what to look at
 *   n     = tanh(Vc + r ⊙ (Th + d))         a candidate for the new state
 *   h'    = z ⊙ h + (1 - z) ⊙ n
 *
 * Several texts, `rows` of them, are read at once, `steps` characters of each. Wc is the row of W that belongs to c.
 */
export class Network {
  readonly #size: Size;
  readonly #rows: number;
  readonly #gatesInput: Embedding;
  readonly #candidateInput: Embedding;
  readonly #gates: Dense;
  readonly #candidate: Dense;
  readonly #output: Dense;
  /** The states before each step, and after the last: (steps + 1) × rows × units. */
  readonly #states: Float32Array;
  /** For each step what sigmoid and tanh are given, and what they give; and Th + d. */
  readonly #gateSums: Float32Array;
  readonly #gateValues: Float32Array;
  readonly #candidateSums: Float32Array;
  readonly #candidates: Float32Array;
  readonly #recalled: Float32Array;
  readonly #logits: Float32Array;
  /** The gradients of the loss by these. */
  readonly #statesGradient: Float32Array;
  readonly #gateSumsGradient: Float32Array;
  readonly #candidatesGradient: Float32Array;
  readonly #recalledGradient: Float32Array;
  readonly #logitsGradient: Float32Array;
  /** The gradient by a state, of all steps after it; and what a layer adds to it. */
  readonly #carried: Float32Array;
  readonly #added: Float32Array;

  /** @param random numbers in [0, 1) for the initial weights */
  constructor(size: Size, rows: number, steps: number, random: () => number) {
    const { characters, units } = size;
    this.#size = size;
    this.#rows = rows;
    this.#gatesInput = new Embedding(characters, 2 * units, random);
    this.#candidateInput = new Embedding(characters, units, random);
    this.#gates = new Dense(units, 2 * units, random);
    this.#candidate = new Dense(units, units, random);
    this.#output = new Dense(units, characters, random);
    const perStep = (columns: number) => new Float32Array(steps * rows * columns);
    this.#states = new Float32Array((steps + 1) * rows * units);
    this.#gateSums = perStep(2 * units);
    this.#gateValues = perStep(2 * units);
    this.#candidateSums = perStep(units);
    this.#candidates = perStep(units);
    this.#recalled = perStep(units);
    this.#logits = perStep(characters);
    this.#statesGradient = perStep(units);
    this.#gateSumsGradient = perStep(2 * units);
    this.#candidatesGradient = perStep(units);
    this.#recalledGradient = perStep(units);
    this.#logitsGradient = perStep(characters);
    this.#carried = new Float32Array(rows * units);
    this.#added = new Float32Array(rows * units);
  }

  /** All that is learned, always in the same order. */
  get learned(): Learned[] {
    const layers = [this.#gates, this.#candidate, this.#output];
    return [
      ...[this.#gatesInput, this.#candidateInput],
      ...layers.flatMap(({ weights, weightsGradient, bias, biasGradient }) => [
        { parameters: weights, gradient: weightsGradient },
        { parameters: bias, gradient: biasGradient },
      ]),
    ];
  }

  /** The state that is left by what was read last, and with which reading goes on: rows × units. */
  get state(): Float32Array {
    return this.#states.subarray(0, this.#rows * this.#size.units);
  }

  /**
   * Reads characters, from `state` on.
   *
   * @param characters steps × rows: the numbers of the characters
   * @returns the logits of the characters that follow, steps × rows × characters: overwritten by the next call
   */
  read(characters: Int32Array): Float32Array {
    const { units } = this.#size;
    const rows = this.#rows;
    const steps = characters.length / rows;
    const size = rows * units;
    for (let step = 0; step < steps; step++) this.#step(characters.subarray(step * rows, (step + 1) * rows), step);
    const logits = this.#logits.subarray(0, characters.length * this.#size.characters);
    this.#output.forward(this.#states.subarray(size, (steps + 1) * size), logits, steps * rows);
    return logits;
  }

  /** Goes on from the state that was read last. */
  carryOn(steps: number): void {
    const size = this.#rows * this.#size.units;
    this.#states.copyWithin(0, steps * size, (steps + 1) * size);
  }

  /** What gives a step's part of an array, of so many columns a row. */
  #partsOf(step: number): (array: Float32Array, columns?: number) => Float32Array {
    const rows = this.#rows;
    const { units } = this.#size;
    return (array, columns = units) => array.subarray(step * rows * columns, (step + 1) * rows * columns);
  }

  #step(characters: Int32Array, step: number): void {
    const { units } = this.#size;
    const rows = this.#rows;
    const size = rows * units;
    const of = this.#partsOf(step);
    const before = of(this.#states);
    const after = this.#states.subarray((step + 1) * size, (step + 2) * size);
    const gateSums = of(this.#gateSums, 2 * units);
    const gates = of(this.#gateValues, 2 * units);
    this.#gates.forward(before, gateSums, rows);
    this.#gatesInput.add(characters, gateSums);
    sigmoid(gateSums, { out: gates });

    const recalled = of(this.#recalled);
    const sums = of(this.#candidateSums);
    const candidates = of(this.#candidates);
    this.#candidate.forward(before, recalled, rows);
    for (let i = 0; i < size; i++) sums[i] = gates[secondGate(i, units)] * recalled[i];
    this.#candidateInput.add(characters, sums);
    tanh(sums, { out: candidates });

    for (let i = 0; i < size; i++) {
      const keep = gates[firstGate(i, units)];
      after[i] = keep * before[i] + (1 - keep) * candidates[i];
    }
  }

  /**
   * The gradients of the mean cross-entropy by all that is learned, left in `learned`. The states before the first step count as given:
   * the gradient goes back no further.
   *
   * @param characters steps × rows: what `read` was given last
   * @param targets steps × rows: the characters that follow each
   * @returns the mean cross-entropy, in nats a character
   */
  backward(characters: Int32Array, targets: Int32Array): number {
    const { units, characters: count } = this.#size;
    const rows = this.#rows;
    const total = targets.length;
    const steps = total / rows;
    const size = rows * units;
    const logits = this.#logits.subarray(0, total * count);
    const options = { shape: [total, count] };
    const loss = softmaxCrossEntropy(logits, targets, options);
    const logitsGradient = this.#logitsGradient.subarray(0, total * count);
    softmaxCrossEntropy.backward(logits, targets, { ...options, out: logitsGradient });
    this.#output.backwardWeights(this.#states.subarray(size), logitsGradient, total);
    this.#output.backwardInput(logitsGradient, this.#statesGradient, total);

    this.#carried.fill(0);
    this.#gatesInput.gradient.fill(0);
    this.#candidateInput.gradient.fill(0);
    for (let step = steps - 1; step >= 0; step--) {
      this.#stepBack(characters.subarray(step * rows, (step + 1) * rows), step);
    }
    this.#gates.backwardWeights(this.#states, this.#gateSumsGradient, total);
    this.#candidate.backwardWeights(this.#states, this.#recalledGradient, total);
    return loss;
  }

  #stepBack(characters: Int32Array, step: number): void {
    const { units } = this.#size;
    const rows = this.#rows;
    const size = rows * units;
    const of = this.#partsOf(step);
    const before = of(this.#states);
    const gates = of(this.#gateValues, 2 * units);
    const candidates = of(this.#candidates);
    const recalled = of(this.#recalled);
    const stateGradient = of(this.#statesGradient);
    const gatesGradient = of(this.#gateSumsGradient, 2 * units);
    const candidatesGradient = of(this.#candidatesGradient);
    const recalledGradient = of(this.#recalledGradient);
    const [carried, added] = [this.#carried, this.#added];

    for (let i = 0; i < size; i++) {
      const gradient = stateGradient[i] + carried[i];
      const at = firstGate(i, units);
      const keep = gates[at];
      gatesGradient[at] = gradient * (before[i] - candidates[i]);
      candidatesGradient[i] = gradient * (1 - keep);
      carried[i] = gradient * keep;
    }
    tanh.backward(of(this.#candidateSums), candidatesGradient, { out: candidatesGradient });
    for (let i = 0; i < size; i++) {
      const at = secondGate(i, units);
      gatesGradient[at] = candidatesGradient[i] * recalled[i];
      recalledGradient[i] = candidatesGradient[i] * gates[at];
    }
    sigmoid.backward(of(this.#gateSums, 2 * units), gatesGradient, { out: gatesGradient });
    this.#gatesInput.backward(characters, gatesGradient);
    this.#candidateInput.backward(characters, candidatesGradient);
    this.#gates.backwardInput(gatesGradient, added, rows);
    for (let i = 0; i < size; i++) carried[i] += added[i];
    this.#candidate.backwardInput(recalledGradient, added, rows);
    for (let i = 0; i < size; i++) carried[i] += added[i];
  }
}

/** Where the gates of the i-th unit of all rows lie: a row has first all that keep, then all that look. */
function firstGate(i: number, units: number): number {
  return i + (i - (i % units));
}

function secondGate(i: number, units: number): number {
  return firstGate(i, units) + units;
}

/** A row of numbers for each character: a dense layer whose input is 1 at the character and 0 elsewhere. */
class Embedding implements Learned {
  readonly parameters: Float32Array;
  readonly gradient: Float32Array;

  constructor(
    characters: number,
    readonly columns: number,
    random: () => number,
  ) {
    this.parameters = new Dense(characters, columns, random).weights;
    this.gradient = new Float32Array(characters * columns);
  }

  /** Adds the row of each character to a row of sums. */
  add(characters: Int32Array, sums: Float32Array): void {
    const { columns, parameters } = this;
    characters.forEach((character, row) => {
      for (let i = 0; i < columns; i++) sums[row * columns + i] += parameters[character * columns + i];
    });
  }

  /** Adds the gradients by the sums to those by the characters' rows. */
  backward(characters: Int32Array, sumsGradient: Float32Array): void {
    const { columns, gradient } = this;
    characters.forEach((character, row) => {
      for (let i = 0; i < columns; i++) gradient[character * columns + i] += sumsGradient[row * columns + i];
    });
  }
}
