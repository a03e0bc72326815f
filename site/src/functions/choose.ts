/** Choosing functions, by family. */

import { functions } from "lanewise";
import { families } from "../../../scripts/families.js";
import { element } from "../elements.js";
import { styleOf } from "../palette.js";
import { functionOf, type State } from "./state.js";

/** The families of functions that can be drawn. */
const drawn = families
  .map(({ family, heading }) => ({ heading, members: functions.filter((fn) => fn.definition.family === family) }))
  .filter(({ members }) => members.length > 0);

/** Choices that show something, with what they look at. */
const presets: readonly { name: string; chosen: string; view: [number, number] }[] = [
  { name: "sigmoid and tanh", chosen: "sigmoid tanh", view: [-4, 4] },
  { name: "relu and its kin", chosen: "relu leakyRelu elu selu softplus", view: [-4, 4] },
  { name: "gelu, silu, mish: where they differ", chosen: "gelu silu mish", view: [-4, 2] },
  { name: "smooth and cut", chosen: "sigmoid hardSigmoid silu hardSwish", view: [-6, 6] },
];

/** Shows the checkboxes of all functions; `onChange` is told when the choice has changed. */
export function showChoice(place: HTMLElement, state: State, onChange: () => void): void {
  // On a phone the curves would be far below all the names.
  const isWide = matchMedia("(min-width: 701px)").matches;
  const groups = drawn.map(({ heading, members }) => {
    const boxes = members.map((fn) => {
      const { name } = fn.definition;
      const box = element("input", { type: "checkbox", value: name });
      box.addEventListener("change", () => {
        state.chosen = box.checked ? [...state.chosen, fn] : state.chosen.filter((other) => other !== fn);
        onChange();
      });
      return element("label", { class: "choice" }, box, name);
    });
    const list = element("div", { class: "choices", role: "group", "aria-label": heading }, ...boxes);
    return element("details", { open: isWide || undefined }, element("summary", {}, heading), list);
  });
  place.replaceChildren(...groups);
  showChosen(place, state);
}

/** Ticks the boxes of what is chosen, in the colours of the curves. */
export function showChosen(place: HTMLElement, state: State): void {
  for (const box of Array.from(place.querySelectorAll("input"))) {
    const style = state.chosen.findIndex(({ definition }) => definition.name === box.value);
    box.checked = style >= 0;
    box.style.accentColor = box.checked ? styleOf(style).stroke : "";
  }
}

/** Shows the buttons of the ready choices. */
export function showPresets(place: HTMLElement, state: State, onChange: () => void): void {
  const buttons = presets.map(({ name, chosen, view }) => {
    const button = element("button", { type: "button" }, name);
    button.addEventListener("click", () => {
      state.chosen = chosen.split(" ").map((each) => functionOf(each)!);
      state.view = [...view];
      onChange();
    });
    return button;
  });
  place.replaceChildren(...buttons);
}
