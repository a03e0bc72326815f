/** The sliders of temperature and filters, and the ready choices. */

import { element } from "../elements.js";
import { limits, type State } from "./state.js";

type Name = keyof typeof limits;

const names: Readonly<Record<Name, string>> = {
  temperature: "Temperature",
  topK: "top-k",
  topP: "top-p",
  minP: "min-p",
};

const usual = Object.fromEntries(Object.entries(limits).map(([name, { usual }]) => [name, usual]));
const presets: readonly (Partial<Record<Name, number>> & { name: string })[] = [
  { name: "Plain" },
  { name: "Greedy", topK: 1 },
  { name: "Careful", temperature: 0.7, topP: 0.9 },
  { name: "Wild", temperature: 2, minP: 0.1 },
];

/** Makes the sliders. `show` shows the state in them. */
export function makeSliders(
  place: HTMLElement,
  presetsPlace: HTMLElement,
  state: State,
  onChange: () => void,
): { show(): void } {
  const rows = (Object.keys(limits) as Name[]).map((name) => makeSlider(name, state, onChange));
  place.replaceChildren(...rows.map(({ label }) => label));
  const buttons = presets.map(({ name, ...values }) => {
    const button = element("button", { type: "button" }, name);
    button.addEventListener("click", () => {
      Object.assign(state, usual, values);
      onChange();
    });
    return button;
  });
  presetsPlace.replaceChildren(...buttons);
  return { show: () => rows.forEach(({ show }) => show()) };
}

function makeSlider(name: Name, state: State, onChange: () => void): { label: HTMLLabelElement; show(): void } {
  const { min, max } = limits[name];
  // Temperatures by their logarithms: from 0.1 to 1 is as far as from 1 to 10.
  const isLogarithmic = name === "temperature";
  const toPlace = isLogarithmic ? Math.log10 : (value: number) => value;
  const toValue = isLogarithmic ? (place: number) => Number((10 ** place).toPrecision(2)) : (place: number) => place;
  const step = name === "topK" ? 1 : 0.01;
  const input = element("input", { type: "range", min: toPlace(min), max: toPlace(max), step });
  const output = element("output");
  input.addEventListener("input", () => {
    state[name] = toValue(input.valueAsNumber);
    onChange();
  });
  const show = () => {
    const text = String(state[name]);
    output.textContent = text;
    input.setAttribute("aria-valuetext", text);
    // A slider that is being moved is where it should be already: the rounded value would hold it back.
    if (toValue(input.valueAsNumber) !== state[name]) input.value = String(toPlace(state[name]));
  };
  return { label: element("label", { class: "slider" }, element("span", {}, names[name]), input, output), show };
}
