/** Two classes of points on the plane. */

import { normals } from "../normals.js";

/** What the points form. */
export type Shape = "xor" | "circles" | "spiral";

/** Points with the class of each. */
export interface Points {
  readonly count: number;
  /** Two coordinates a point, most of them from -1 to 1. */
  readonly x: Float32Array;
  /** 0 or 1. */
  readonly classes: Float32Array;
}

/** Points of both classes together. */
const COUNT = 200;

type Place = readonly [x: number, y: number];

/** The place of point `i` of a class, by normal random numbers; `part` goes from 0 to 1 over the class's points. */
const shapes: Readonly<Record<Shape, (kind: number, i: number, part: number, normal: () => number) => Place>> = {
  xor(kind, i, _, normal) {
    const side = i % 2 === 0 ? 0.5 : -0.5;
    return [side + 0.14 * normal(), (kind === 1 ? -side : side) + 0.14 * normal()];
  },
  circles(kind, _, part, normal) {
    const radius = (kind === 1 ? 0.78 : 0.28) + 0.06 * normal();
    const angle = 2 * Math.PI * part;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  },
  spiral(kind, _, part, normal) {
    const radius = 0.1 + 0.8 * part;
    const angle = 3.5 * Math.PI * part + kind * Math.PI;
    return [radius * Math.sin(angle) + 0.015 * normal(), radius * Math.cos(angle) + 0.015 * normal()];
  },
};

/** Makes the points, always the same ones by the same random numbers. */
export function createPoints(shape: Shape, random: () => number): Points {
  const normal = normals(random);
  const x = new Float32Array(2 * COUNT);
  const classes = new Float32Array(COUNT);
  for (let point = 0; point < COUNT; point++) {
    const kind = point % 2;
    const i = Math.floor(point / 2);
    x.set(shapes[shape](kind, i, i / (COUNT / 2), normal), 2 * point);
    classes[point] = kind;
  }
  return { count: COUNT, x, classes };
}
