/** Sliders of the chosen functions' parameters, made from the definitions. */

import type { Elementwise, Parameter } from "lanewise";
import { element, slider } from "../elements.js";
import { definitionsOf, refusal, type State } from "./state.js";

const STEP = 0.01;

/** The ends of a parameter's slider: those of its domain, or as far as twice the default, and at least 2, from zero. */
export function sliderRange(parameter: Exclude<Parameter, { choices: readonly string[] }>): [number, number] {
  const far = 2 * Math.max(1, Math.abs(parameter.default ?? 0));
  const { min, max, above } = parameter;
  return [min ?? (above === undefined ? -far : above + STEP), max ?? far];
}

/**
 * Shows the sliders of all chosen functions.
 *
 * @param onChange called when a value has changed
 */
export function showParameters(place: HTMLElement, state: State, onChange: () => void): void {
  const groups = state.chosen
    .filter((fn) => definitionsOf(fn).length > 0)
    .map((fn) => groupOf(fn, state, onChange, () => showParameters(place, state, onChange)));
  const none = element("p", { class: "muted" }, "The chosen functions have no parameters.");
  place.replaceChildren(...(groups.length > 0 ? groups : [none]));
}

function groupOf(fn: Elementwise, state: State, onChange: () => void, redraw: () => void): HTMLFieldSetElement {
  const { name } = fn.definition;
  const notice = element("p", { class: "notice", role: "alert" });
  const set = (parameter: string, value: number | string) => {
    const values = { ...state.values[name], [parameter]: value };
    const wrong = refusal(fn, values);
    notice.textContent = wrong === undefined ? "" : `${wrong}.`;
    if (wrong !== undefined) return;
    state.values[name] = values;
    onChange();
  };
  const controls = definitionsOf(fn).map(([parameter, definition]) => {
    const value = state.values[name]?.[parameter] ?? definition.default;
    if ("choices" in definition) return choice(parameter, definition.choices, value as string, set);
    const [min, max] = sliderRange(definition);
    const control = slider(parameter, { min, max, step: STEP, value: (value as number | undefined) ?? min }, (now) =>
      set(parameter, now),
    );
    if (value === undefined) control.querySelector("output")!.textContent = "none";
    return control;
  });
  const reset = element("button", { type: "button" }, "Defaults");
  reset.addEventListener("click", () => {
    state.values[name] = {};
    redraw();
    onChange();
  });
  return element("fieldset", {}, element("legend", {}, name), ...controls, notice, reset);
}

function choice(
  name: string,
  choices: readonly string[],
  value: string,
  set: (parameter: string, value: string) => void,
): HTMLLabelElement {
  const select = element("select", {}, ...choices.map((word) => element("option", { selected: word === value }, word)));
  select.addEventListener("change", () => set(name, select.value));
  return element("label", { class: "slider" }, element("span", {}, name), select);
}
