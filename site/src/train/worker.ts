/** Trains a network apart from the page, which stays free. */

import { backend, type Elementwise, erf, functions } from "lanewise";
import { createRandom } from "../../../examples/digits/random.js";
import { createPoints, type Points } from "./data.js";
import { PointNetwork } from "./network.js";
import {
  type Activation,
  type Frame,
  GRID,
  LINEAR,
  RANGE,
  type Reply,
  type Request,
  type Settings,
} from "./protocol.js";

/** Every function that is used between layers; of the building blocks only erf, since the others grow without bounds. */
const usable = functions.filter((fn) => fn.definition.family !== "elementary" || (fn as unknown) === erf);

const byName = new Map<string, Elementwise>(usable.map((fn) => [fn.definition.name, fn]));

const places = gridOf();

let points: Points;
let network: PointNetwork;
let rate: number;
let step: number;

addEventListener("message", ({ data }: MessageEvent<Request>) => {
  if (data.type === "reset") reset(data.settings);
  else train(data.steps);
});

reply({ type: "ready", activations: [{ name: LINEAR, isFlat: false }, ...usable.map(describe)], backend: backend() });

function describe(fn: Elementwise): Activation {
  const x = Float32Array.from({ length: 2001 }, (_, i) => (i - 1000) / 100);
  return { name: fn.definition.name, isFlat: fn.derivative(x).every((slope) => slope === 0) };
}

function reset(settings: Settings): void {
  const random = createRandom(settings.seed);
  points = createPoints(settings.shape, random);
  const activation = settings.activation === LINEAR ? undefined : byName.get(settings.activation);
  network = new PointNetwork(settings.units, activation, Math.max(points.count, GRID * GRID), random);
  rate = settings.rate;
  step = 0;
  reply({ type: "points", points });
  replyFrame([network.evaluate(points).loss]);
}

function train(steps: number): void {
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    network.step(points, rate);
    losses.push(network.evaluate(points).loss);
  }
  step += steps;
  replyFrame(losses);
}

function replyFrame(losses: number[]): void {
  const probabilities = network.predict(places, new Float32Array(GRID * GRID));
  const { accuracy } = network.evaluate(points);
  const frame: Frame = { type: "frame", step, losses: Float64Array.from(losses), accuracy, probabilities };
  reply(frame);
}

function reply(message: Reply): void {
  postMessage(message);
}

/** The places whose probabilities are shown, from the upper left. */
function gridOf(): Float32Array {
  const grid = new Float32Array(2 * GRID * GRID);
  const along = (i: number) => RANGE * ((2 * i) / (GRID - 1) - 1);
  for (let row = 0; row < GRID; row++) {
    for (let column = 0; column < GRID; column++) {
      grid.set([along(column), -along(row)], 2 * (row * GRID + column));
    }
  }
  return grid;
}
