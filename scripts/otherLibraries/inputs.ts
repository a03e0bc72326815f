/** The arrays that the calls of docs/guides/coming-from.md take, as the guide shows them. */

/** Where a program declares them. */
export const inputsText = `const x = Float32Array.of(-4, -1, 0, 0.5, 1, 7); // of shape [2, 3]
const shape = [2, 3];
const p = Float32Array.of(0.125, 0.25, 0.5, 0.75, 0.875, 0.9375); // probabilities
const labels = Int32Array.of(2, 0); // the classes of the two rows
const targets = Float32Array.of(0.25, 0.25, 0.5, 0.125, 0.75, 0.125); // probabilities of the classes, by rows
const binary = Float32Array.of(1, 0, 0, 1, 1, 0); // yes or no, of each element
const weight = Float32Array.of(1, 2, 0.5); // of each class
const mask = Uint8Array.of(1, 0, 1, 1, 1, 0);
const dy = Float32Array.of(1, 2, 3, 4, 5, 6);`;

/** The arrays by their names. */
export interface Inputs {
  readonly x: Float32Array<ArrayBuffer>;
  readonly shape: readonly number[];
  readonly p: Float32Array<ArrayBuffer>;
  readonly labels: Int32Array<ArrayBuffer>;
  readonly targets: Float32Array<ArrayBuffer>;
  readonly binary: Float32Array<ArrayBuffer>;
  readonly weight: Float32Array<ArrayBuffer>;
  readonly mask: Uint8Array<ArrayBuffer>;
  readonly dy: Float32Array<ArrayBuffer>;
}

/** New arrays, as a call may write to one. */
export function makeInputs(): Inputs {
  const names = [...inputsText.matchAll(/^const (\w+)/gm)].map(([, name]) => name);
  // What the guide shows is what runs.
  return new Function(`${inputsText}\nreturn { ${names.join()} };`)() as Inputs;
}
