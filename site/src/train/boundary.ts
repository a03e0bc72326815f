/** The picture of the plane: probabilities as colours, the boundary, and the points. */

import type { Points } from "./data.js";
import { GRID, RANGE } from "./protocol.js";

type Colour = readonly [red: number, green: number, blue: number];

/** The colours of class 0, of neither, and of class 1: ColorBrewer's PuOr and RdBu, which colour-blind readers tell apart. */
const strong: readonly [Colour, Colour] = [
  [241, 163, 64],
  [103, 169, 207],
];
const NEUTRAL: Colour = [247, 247, 247];
const LINE = "#111";

/** What the points of each class are filled with. */
const fills = ["--class-0", "--class-1"].map((name) =>
  getComputedStyle(document.documentElement).getPropertyValue(name),
);

/** Half a point's size, as a part of the picture. */
const POINT = 0.009;

/** Draws everything; light in both themes, since colours mean probabilities. */
export function drawBoundary(canvas: HTMLCanvasElement, probabilities: Float32Array, points: Points): void {
  const context = canvas.getContext("2d")!;
  const { width } = canvas;
  context.imageSmoothingEnabled = true;
  // The outermost probabilities are those of the picture's edges, so that half of their cells lies beyond.
  const cell = width / (GRID - 1);
  context.drawImage(paintCells(probabilities), -cell / 2, -cell / 2, width + cell, width + cell);
  context.lineWidth = width * 0.006;
  context.lineCap = "round";
  context.strokeStyle = LINE;
  context.beginPath();
  for (const [x1, y1, x2, y2] of contour(probabilities)) {
    context.moveTo(x1 * cell, y1 * cell);
    context.lineTo(x2 * cell, y2 * cell);
  }
  context.stroke();
  drawPoints(context, points, width);
}

function paintCells(probabilities: Float32Array): OffscreenCanvas {
  const small = new OffscreenCanvas(GRID, GRID);
  const context = small.getContext("2d")!;
  const image = context.createImageData(GRID, GRID);
  probabilities.forEach((probability, i) => {
    const colour = strong[probability > 0.5 ? 1 : 0];
    const sureness = Math.abs(2 * probability - 1);
    for (let part = 0; part < 3; part++) {
      image.data[4 * i + part] = NEUTRAL[part] + (colour[part] - NEUTRAL[part]) * sureness;
    }
    image.data[4 * i + 3] = 255;
  });
  context.putImageData(image, 0, 0);
  return small;
}

/** The pieces of the line where the probability is a half, one or two a cell, in cells (marching squares). */
function contour(probabilities: Float32Array): number[][] {
  const pieces: number[][] = [];
  const at = (row: number, column: number) => probabilities[row * GRID + column] - 0.5;
  for (let row = 0; row < GRID - 1; row++) {
    for (let column = 0; column < GRID - 1; column++) {
      const [a, b, c, d] = [at(row, column), at(row, column + 1), at(row + 1, column + 1), at(row + 1, column)];
      const crossings: number[] = [];
      if (a > 0 !== b > 0) crossings.push(column + a / (a - b), row);
      if (b > 0 !== c > 0) crossings.push(column + 1, row + b / (b - c));
      if (c > 0 !== d > 0) crossings.push(column + d / (d - c), row + 1);
      if (d > 0 !== a > 0) crossings.push(column, row + a / (a - d));
      for (let i = 0; i < crossings.length; i += 4) pieces.push(crossings.slice(i, i + 4));
    }
  }
  return pieces;
}

function drawPoints(context: CanvasRenderingContext2D, { x, classes }: Points, width: number): void {
  const size = POINT * width;
  context.lineWidth = size / 4;
  context.strokeStyle = "#fff";
  classes.forEach((kind, i) => {
    const left = (width * (x[2 * i] / RANGE + 1)) / 2;
    const top = (width * (1 - x[2 * i + 1] / RANGE)) / 2;
    context.fillStyle = fills[kind];
    context.beginPath();
    if (kind === 0) context.arc(left, top, size, 0, 2 * Math.PI);
    else context.rect(left - 0.9 * size, top - 0.9 * size, 1.8 * size, 1.8 * size);
    context.fill();
    context.stroke();
  });
}
