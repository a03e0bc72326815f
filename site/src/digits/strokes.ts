/**
 * Strokes of a pen, and their picture as the MNIST digits were made: fitted into a box of 20 × 20 pixels with its proportions
 * kept, and moved so that the centre of the ink's mass is the middle of 28 × 28 pixels.
 */

import { SIDE } from "../../../examples/digits/shape.js";

/** A place on the paper, from 0 to 1 from left to right and from top to bottom. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where the pen went from when it was put down until it was lifted. */
export type Stroke = readonly Point[];

/** The side of the box that the ink is fitted into. */
const BOX = 20;

/** Half the pen's width in pixels, and how wide its edge fades: chosen so that digits have as much ink as those of MNIST. */
const RADIUS = 0.95;
const FADE = 1;

/** Ink smaller than this part of the paper isn't made larger than if it were of this size: a dot stays a dot. */
const SMALLEST = 0.2;

/** The digit's pixels, 0 for paper and 1 for ink; undefined where nothing is drawn. */
export function rasterise(strokes: readonly Stroke[]): Float32Array | undefined {
  const points = strokes.flat();
  if (points.length === 0) return undefined;
  const range = (values: number[]) => [Math.min(...values), Math.max(...values)] as const;
  const [left, right] = range(points.map(({ x }) => x));
  const [top, bottom] = range(points.map(({ y }) => y));
  const size = Math.max(right - left, bottom - top, SMALLEST);
  const scale = (BOX - 2 * RADIUS) / size;
  const middle = SIDE / 2;
  const fitted = strokes.map((stroke) =>
    stroke.map(({ x, y }) => ({
      x: middle + (x - (left + right) / 2) * scale,
      y: middle + (y - (top + bottom) / 2) * scale,
    })),
  );
  const centre = centreOfMass(drawAll(fitted));
  // The picture is drawn again where it belongs, which keeps its edges as sharp as moved pixels wouldn't be.
  return drawAll(
    fitted.map((stroke) => stroke.map(({ x, y }) => ({ x: x + middle - centre.x, y: y + middle - centre.y }))),
  );
}

/** The middle of the ink, in pixels. */
export function centreOfMass(pixels: Float32Array): Point {
  let mass = 0;
  let x = 0;
  let y = 0;
  pixels.forEach((ink, i) => {
    mass += ink;
    x += ink * ((i % SIDE) + 0.5);
    y += ink * (Math.floor(i / SIDE) + 0.5);
  });
  return { x: x / mass, y: y / mass };
}

function drawAll(strokes: readonly Stroke[]): Float32Array {
  const pixels = new Float32Array(SIDE * SIDE);
  for (const stroke of strokes) {
    // A dot is a line from a point to itself.
    stroke.forEach((point, i) => drawLine(pixels, stroke[Math.max(i - 1, 0)], point));
  }
  return pixels;
}

function drawLine(pixels: Float32Array, from: Point, to: Point): void {
  const reach = RADIUS + FADE;
  const first = (a: number, b: number) => Math.max(0, Math.floor(Math.min(a, b) - reach));
  const last = (a: number, b: number) => Math.min(SIDE - 1, Math.ceil(Math.max(a, b) + reach));
  for (let row = first(from.y, to.y); row <= last(from.y, to.y); row++) {
    for (let column = first(from.x, to.x); column <= last(from.x, to.x); column++) {
      const ink = (reach - distance({ x: column + 0.5, y: row + 0.5 }, from, to)) / FADE;
      const at = row * SIDE + column;
      if (ink > pixels[at]) pixels[at] = Math.min(ink, 1);
    }
  }
}

/** How far a point is from a line between two others. */
function distance({ x, y }: Point, from: Point, to: Point): number {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / squared));
  return Math.hypot(x - from.x - along * dx, y - from.y - along * dy);
}

/** Places a side that a point of an address tells apart: two characters of base 36. */
const STEPS = 36 ** 2 - 1;

/** The nearest point that an address can hold, so that what is shared is what was seen. */
export function snap({ x, y }: Point): Point {
  const nearest = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * STEPS) / STEPS;
  return { x: nearest(x), y: nearest(y) };
}

/** Strokes as text for an address: four characters a point, a dot between strokes. */
export function encodeStrokes(strokes: readonly Stroke[]): string {
  const encode = (value: number) =>
    Math.round(value * STEPS)
      .toString(36)
      .padStart(2, "0");
  return strokes.map((stroke) => stroke.map(({ x, y }) => encode(x) + encode(y)).join("")).join(".");
}

/**
 * The strokes of a text by `encodeStrokes`.
 *
 * @throws {Error} if it is none
 */
export function decodeStrokes(text: string): Stroke[] {
  if (!/^([0-9a-z]{4})+(\.([0-9a-z]{4})+)*$/.test(text)) throw new Error("the address holds no strokes of a pen");
  const decode = (digits: string) => Number.parseInt(digits, 36) / STEPS;
  return text
    .split(".")
    .map((stroke) =>
      (stroke.match(/.{4}/g) ?? []).map((point) => ({ x: decode(point.slice(0, 2)), y: decode(point.slice(2)) })),
    );
}
