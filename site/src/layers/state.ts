/** What the page shows, and its address. */

import { type Elementwise, functions } from "lanewise";
import { numberOf, readState, writeState } from "../urlState.js";

/** The name of no activation. */
export const LINEAR = "linear";

/** All that can be chosen: elementary functions have no value for half of all numbers, or leave float32 in a few layers. */
export const activations: ReadonlyMap<string, Elementwise | undefined> = new Map([
  [LINEAR, undefined],
  ...functions
    .filter(({ definition }) => definition.family !== "elementary")
    .map((fn): [string, Elementwise] => [fn.definition.name, fn]),
]);

/** What the page shows. */
export interface State {
  activation: string;
  gain: number;
  bias: number;
  seed: number;
}

/** The ends of the numbers, and where they begin. */
export const limits = {
  gain: { min: 0.1, max: 4, usual: 1 },
  bias: { min: -2, max: 2, usual: 0 },
  seed: { min: 0, max: 999999, usual: 1, isInteger: true },
} as const;

/** The state that the address tells, and what in it couldn't be used. */
export function stateOfAddress(): { state: State; problems: string[] } {
  const given = readState();
  const problems: string[] = [];
  const number = (name: keyof typeof limits) => numberOf(given, name, limits[name], problems);
  const name = given.get("activation") ?? "sigmoid";
  if (!activations.has(name)) {
    problems.push(`The address has activation=${name}: it must be one of the list, such as sigmoid or relu.`);
  }
  const activation = activations.has(name) ? name : "sigmoid";
  return { state: { activation, gain: number("gain"), bias: number("bias"), seed: number("seed") }, problems };
}

/** Puts the state into the address. */
export function storeState({ activation, gain, bias, seed }: State): void {
  writeState({ activation, gain: String(gain), bias: bias === 0 ? undefined : String(bias), seed: String(seed) });
}
