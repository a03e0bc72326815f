/** What the page shows, and its address. */

import { numberOf, readState, writeState } from "../urlState.js";

export const tokens = ["mat", "sofa", "floor", "bed", "table", "roof", "keyboard", "moon"] as const;
const usual = [4.2, 3.4, 3.1, 2.6, 1.9, 1.2, 0.4, -1.5];

/** The farthest a logit is dragged. */
export const FARTHEST = 10;

/** What the page shows. */
export interface State {
  logits: number[];
  temperature: number;
  topK: number;
  topP: number;
  minP: number;
  /** Whether 1000 is added to all logits. */
  isShifted: boolean;
}

/** The ends of the numbers, and where they begin. */
export const limits = {
  temperature: { min: 0.1, max: 10, usual: 1 },
  topK: { min: 1, max: tokens.length, usual: tokens.length, isInteger: true },
  topP: { min: 0.01, max: 1, usual: 1 },
  minP: { min: 0, max: 1, usual: 0 },
} as const;

/** The state that the address tells, and what in it couldn't be used. */
export function stateOfAddress(): { state: State; problems: string[] } {
  const given = readState();
  const problems: string[] = [];
  const number = (name: keyof typeof limits) => numberOf(given, name, limits[name], problems);
  const state = {
    logits: readLogits(given.get("logits"), problems),
    temperature: number("temperature"),
    topK: number("topK"),
    topP: number("topP"),
    minP: number("minP"),
    isShifted: given.has("shift"),
  };
  return { state, problems };
}

function readLogits(text: string | null, problems: string[]): number[] {
  if (text === null) return [...usual];
  const logits = text.split(",").map((part) => (part === "" ? NaN : Number(part)));
  if (logits.length === tokens.length && logits.every((logit) => Math.abs(logit) <= FARTHEST)) return logits;
  problems.push(
    `The address has logits=${text}: it must be ${tokens.length} numbers from -${FARTHEST} to ${FARTHEST}, with commas between them.`,
  );
  return [...usual];
}

/** Puts the state into the address. */
export function storeState(state: State): void {
  const numbers = (Object.keys(limits) as (keyof typeof limits)[]).map((name) => [
    name,
    state[name] === limits[name].usual ? undefined : String(state[name]),
  ]);
  writeState({
    logits: state.logits.join() === usual.join() ? undefined : state.logits.join(),
    ...(Object.fromEntries(numbers) as Record<string, string | undefined>),
    shift: state.isShifted ? "1000" : undefined,
  });
}
