/** What the page and its worker tell each other. */

import type { BackendName } from "lanewise";
import type { Points, Shape } from "./data.js";

/** What is trained, and how. */
export interface Settings {
  readonly shape: Shape;
  /** A function's name, or `LINEAR`. */
  readonly activation: string;
  readonly units: number;
  readonly rate: number;
  readonly seed: number;
}

/** No activation. */
export const LINEAR = "linear";

/** The part of the plane that is shown: from -RANGE to RANGE both ways. */
export const RANGE = 1.15;

/** Places a side whose probabilities are shown. */
export const GRID = 81;

/** From the page: begin anew, or take so many steps. */
export type Request =
  { readonly type: "reset"; readonly settings: Settings } | { readonly type: "step"; readonly steps: number };

/** An activation that may be chosen. */
export interface Activation {
  readonly name: string;
  /** Whether its derivative is 0 everywhere, so that the layer before it doesn't learn. */
  readonly isFlat: boolean;
}

/** From the worker. */
export type Reply =
  | { readonly type: "ready"; readonly activations: readonly Activation[]; readonly backend: BackendName }
  | { readonly type: "points"; readonly points: Points }
  | Frame;

/** The state after a step. */
export interface Frame {
  readonly type: "frame";
  readonly step: number;
  /** The mean cross-entropy after each of the steps since the last frame. */
  readonly losses: Float64Array;
  readonly accuracy: number;
  /** The probabilities of class 1, `GRID` × `GRID`, line by line from the top. */
  readonly probabilities: Float32Array;
}
