/** Pictures of arrays: pixels on paper, and activations as heat. */

import { SIDE } from "../../../examples/digits/shape.js";

/** Units beside each other in a strip. */
const UNITS_A_LINE = 25;

/** The colours of 0, 1/4, … 1, by Matplotlib's inferno: its lightness rises evenly, also for colour-blind readers. */
const heat = [
  [0, 0, 4],
  [87, 16, 110],
  [188, 55, 84],
  [249, 142, 9],
  [252, 255, 164],
] as const;

type Colour = readonly [red: number, green: number, blue: number];

function heatOf(value: number): Colour {
  const at = Math.min(Math.max(value, 0), 1) * (heat.length - 1);
  const from = Math.min(Math.floor(at), heat.length - 2);
  const mix = (i: 0 | 1 | 2) => heat[from][i] + (heat[from + 1][i] - heat[from][i]) * (at - from);
  return [mix(0), mix(1), mix(2)];
}

/** Ink on white paper in both themes, as the digits of MNIST are printed. */
function inkOf(value: number): Colour {
  const grey = 255 * (1 - value);
  return [grey, grey, grey];
}

function paint(canvas: HTMLCanvasElement, values: Float32Array, columns: number, colourOf: (value: number) => Colour) {
  canvas.width = columns;
  canvas.height = Math.ceil(values.length / columns);
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(canvas.width, canvas.height);
  values.forEach((value, i) => {
    if (!Number.isNaN(value)) image.data.set([...colourOf(value), 255], 4 * i);
  });
  context.putImageData(image, 0, 0);
}

/** Draws a digit's pixels. */
export function paintDigit(canvas: HTMLCanvasElement, pixels: Float32Array): void {
  paint(canvas, pixels, SIDE, inkOf);
}

/** Draws a layer's activations, from 0 to 1; those that are NaN stay clear. */
export function paintActivations(canvas: HTMLCanvasElement, activations: Float32Array): void {
  paint(canvas, activations, UNITS_A_LINE, heatOf);
}

/** Draws the colours of 0 to 1. */
export function paintScale(canvas: HTMLCanvasElement): void {
  const { width } = canvas;
  paint(
    canvas,
    Float32Array.from({ length: width }, (_, i) => i / (width - 1)),
    width,
    heatOf,
  );
}
