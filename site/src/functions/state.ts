/** What the page shows, and its address. */

import { type Elementwise, functions, type Parameter } from "lanewise";
import { readState, writeState } from "../urlState.js";

/** The values of a function's parameters that aren't the defaults. */
export type Values = Record<string, number | string>;

/** What the page shows. */
export interface State {
  /** The chosen functions, in the order in which they are drawn. */
  chosen: Elementwise[];
  /** Values of parameters by the function's name. */
  readonly values: Record<string, Values>;
  /** The inputs that the charts show. */
  view: [from: number, to: number];
  /** Where the point is: a float32. */
  x: number;
  /** The chosen function on whose curve the point is. */
  followed: string;
  /** Whether the error is that of the derivative. */
  ofDerivative: boolean;
}

const usual = "sigmoid,tanh,relu";

export const widest: readonly [number, number] = [-4, 4];

const byName = new Map(functions.map((fn) => [fn.definition.name, fn]));

/** A function by its name; undefined if there is none. */
export function functionOf(name: string): Elementwise | undefined {
  return byName.get(name);
}

/** The parameters of a function as options of a call. */
export function parametersOf(state: State, fn: Elementwise): object {
  return state.values[fn.definition.name] ?? {};
}

/** The parameters by name in a function's definition. */
export function definitionsOf(fn: Elementwise): [name: string, parameter: Parameter][] {
  return Object.entries((fn.definition.parameters ?? {}) as Record<string, Parameter>);
}

/** Whether a call with some parameters is refused, and the reason. */
export function refusal(fn: Elementwise, values: Values): string | undefined {
  try {
    fn(Float32Array.of(0), values);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * The state that the address tells.
 *
 * @returns the state, and what in the address couldn't be used
 */
export function stateOfAddress(): { state: State; problems: string[] } {
  const given = readState();
  const problems: string[] = [];
  const chosen = functionsOf(given.get("f") ?? usual, problems);
  const state: State = {
    chosen,
    values: {},
    view: viewOf(given, problems),
    x: Math.fround(numberOf(given, "x", 1, problems)),
    followed: given.get("on") ?? "",
    ofDerivative: given.get("error") === "derivative",
  };
  for (const fn of chosen) readValues(fn, given, state, problems);
  follow(state);
  return { state, problems };
}

/** The functions of a list of names; the usual ones if it has names, but none that can be used. */
function functionsOf(list: string, problems: string[]): Elementwise[] {
  const names = [...new Set(list.split(","))].filter((name) => name !== "");
  const found = names.flatMap((name) => functionOf(name) ?? []);
  for (const name of names) {
    if (functionOf(name) === undefined) {
      problems.push(`The address has f=${name}: it must be one of the list, such as sigmoid or relu.`);
    }
  }
  return names.length > 0 && found.length === 0 ? functionsOf(usual, problems) : found;
}

function viewOf(given: URLSearchParams, problems: string[]): [number, number] {
  const from = numberOf(given, "from", widest[0], problems);
  const to = numberOf(given, "to", widest[1], problems);
  if (from < to) return [from, to];
  problems.push(`The address shows from ${from} to ${to}: “from” must be less than “to”.`);
  return [...widest];
}

function numberOf(given: URLSearchParams, name: string, otherwise: number, problems: string[]): number {
  const text = given.get(name);
  if (text === null) return otherwise;
  const value = Number(text);
  if (text.trim() !== "" && Math.abs(value) <= 1e6) return value;
  problems.push(`The address has ${name}=${text}: it must be a number from -1e6 to 1e6.`);
  return otherwise;
}

function readValues(fn: Elementwise, given: URLSearchParams, state: State, problems: string[]): void {
  const { name } = fn.definition;
  const values: Values = {};
  for (const [parameter, definition] of definitionsOf(fn)) {
    const text = given.get(`${name}.${parameter}`);
    if (text !== null) values[parameter] = "choices" in definition ? text : Number(text);
  }
  const wrong = refusal(fn, values);
  if (wrong === undefined) state.values[name] = values;
  else problems.push(`The address's parameters of ${name} can't be used: ${wrong}.`);
}

/** Puts the point on a chosen function, if it isn't on one. */
export function follow(state: State): void {
  const names = state.chosen.map(({ definition }) => definition.name);
  if (!names.includes(state.followed)) state.followed = names[0] ?? "";
}

/** Puts the state into the address. */
export function storeState(state: State): void {
  const { chosen, view, x, followed, ofDerivative, values } = state;
  const names = chosen.map(({ definition }) => definition.name);
  const parameters = names.flatMap((name) =>
    Object.entries(values[name] ?? {}).map(([parameter, value]) => [`${name}.${parameter}`, String(value)]),
  );
  writeState({
    // A list that is empty is told too, as a comma.
    f: names.join(",") || ",",
    from: String(Number(view[0].toPrecision(7))),
    to: String(Number(view[1].toPrecision(7))),
    x: String(x),
    on: followed === names[0] ? undefined : followed,
    error: ofDerivative ? "derivative" : undefined,
    ...Object.fromEntries(parameters),
  });
}
