/** The chain of filters, which the reader builds: each filter with its numbers, what it does, and what it leaves. */

import { byId, element } from "../elements.js";
import { percent } from "../numbers.js";
import { styleOf } from "../palette.js";
import { kinds, type Parameter } from "./kinds.js";
import type { Outcome, StepOutcome } from "./outcome.js";
import { LONGEST, newStep, presets, readChain, type State, type Step } from "./state.js";

/** The colour of the filter at a place. */
export function colourOf(place: number): string {
  return styleOf(place).stroke;
}

/** Where the keyboard is after a filter was moved or taken away: the place, and the button of it. */
type Focus = readonly [place: number, action: Action];
type Action = "up" | "down" | "remove";

/** The list of filters in a page. */
export class Editor {
  readonly #list = byId("chain");
  readonly #kind = byId<HTMLSelectElement>("kind");
  readonly #add = byId<HTMLButtonElement>("add");
  #left: HTMLElement[] = [];

  /** @param onChange called when a filter was added, taken away, moved, or given another number */
  constructor(
    private readonly state: State,
    private readonly onChange: () => void,
  ) {
    const options = Array.from(kinds.values(), ({ label, name }) => element("option", { value: name }, label));
    this.#kind.replaceChildren(...options);
    this.#kind.value = "topP";
    byId("addForm").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#put(state.chain.length, newStep(kinds.get(this.#kind.value)!));
    });
    const buttons = presets.map(({ chain, name }) => {
      return element("button", { type: "button", click: () => this.load(chain) }, name);
    });
    byId("presets").replaceChildren(...buttons);
    this.#build();
  }

  /** Takes another chain, from its text in an address. */
  load(chain: string): void {
    this.state.chain = readChain(chain, []);
    this.#build();
    this.onChange();
  }

  /** Shows what each filter leaves. */
  show({ steps }: Outcome, tokens: number): void {
    this.#left.forEach((place, i) => {
      const text =
        i < steps.length
          ? leftText(steps[i], i === 0 ? tokens : steps[i - 1].count, this.state.chain[i])
          : "Leaves no token.";
      if (place.textContent !== text) place.textContent = text;
    });
  }

  #put(place: number, step: Step): void {
    this.state.chain.splice(place, 0, step);
    this.#build();
    this.#say(`${step.kind.label} is filter ${place + 1} of ${this.state.chain.length}.`);
    this.onChange();
  }

  #move(place: number, by: 1 | -1): void {
    const { chain } = this.state;
    const [step] = chain.splice(place, 1);
    const to = place + by;
    chain.splice(to, 0, step);
    this.#build([to, by < 0 ? "up" : "down"]);
    this.#say(`${step.kind.label} is filter ${to + 1} of ${chain.length}.`);
    this.onChange();
  }

  #remove(place: number): void {
    const [{ kind }] = this.state.chain.splice(place, 1);
    this.#build([Math.min(place, this.state.chain.length - 1), "remove"]);
    this.#say(`${kind.label} is taken away.`);
    this.onChange();
  }

  #say(text: string): void {
    byId("said").textContent = text;
  }

  #build(focus?: Focus): void {
    const { chain } = this.state;
    this.#left = chain.map(() => element("p", { class: "left" }));
    const items = chain.map((step, i) => this.#item(step, i));
    const none = element("li", { class: "muted" }, "No filter: every token can be drawn by its probability.");
    this.#list.replaceChildren(...(items.length > 0 ? items : [none]));
    const isFull = chain.length >= LONGEST;
    this.#add.disabled = isFull;
    byId("full").textContent = isFull ? `A chain here has at most ${LONGEST} filters.` : "";
    if (focus !== undefined) this.#focus(focus);
  }

  /** Leaves the keyboard at a filter that was moved: on its other button, where it can be moved no further. */
  #focus([place, action]: Focus): void {
    const buttons = Array.from(this.#list.children[place]?.querySelectorAll<HTMLButtonElement>("button") ?? []);
    const found = buttons.find(({ dataset, disabled }) => dataset.action === action && !disabled);
    (found ?? buttons.find(({ disabled }) => !disabled) ?? this.#kind).focus();
  }

  #item(step: Step, place: number): HTMLLIElement {
    const { does, label, name, parameters } = step.kind;
    const last = this.state.chain.length - 1;
    const button = (action: Action, sign: string, what: string, disabled: boolean, click: () => void) =>
      element(
        "button",
        {
          type: "button",
          "data-action": action,
          "aria-label": `${what}: ${label}, filter ${place + 1}`,
          title: what,
          disabled,
          click,
        },
        sign,
      );
    const head = element(
      "div",
      { class: "step-head" },
      element(
        "span",
        { class: "place", style: `background:${colourOf(place)}`, "aria-hidden": "true" },
        String(place + 1),
      ),
      element("strong", {}, label),
      button("up", "↑", "Earlier", place === 0, () => this.#move(place, -1)),
      button("down", "↓", "Later", place === last, () => this.#move(place, 1)),
      button("remove", "✕", "Remove", false, () => this.#remove(place)),
    );
    const inputs = parameters.map((parameter, i) => this.#number(step, parameter, i, place));
    const link = element("a", { href: `docs/sampling/${name}.html`, "aria-label": `More about ${label}` }, "More");
    return element(
      "li",
      { class: "step" },
      head,
      ...inputs,
      element("p", { class: "muted" }, `${does} `, link),
      this.#left[place],
    );
  }

  /** A slider and a field for the same number. */
  #number(step: Step, { max, min, name, step: by }: Parameter, i: number, place: number): HTMLElement {
    const title = `${step.kind.label}, filter ${place + 1}: ${name}`;
    const limits = { min, max, step: by, value: step.values[i] };
    const slider = element("input", { type: "range", ...limits, "aria-label": title });
    const field = element("input", {
      type: "number",
      ...limits,
      "aria-label": `${title}, as a number`,
      required: true,
    });
    const take = (from: HTMLInputElement, other: HTMLInputElement) => {
      const value = from.valueAsNumber;
      const isRight = value >= min && value <= max && (by !== 1 || Number.isInteger(value));
      field.setAttribute("aria-invalid", String(!isRight));
      problem.textContent = isRight
        ? ""
        : `${name} must be ${by === 1 ? "an integer" : "a number"} from ${min} to ${max}.`;
      if (!isRight) return;
      other.value = from.value;
      step.values[i] = value;
      this.onChange();
    };
    slider.addEventListener("input", () => take(slider, field));
    field.addEventListener("input", () => take(field, slider));
    const problem = element("span", { class: "notice", role: "alert" });
    return element(
      "div",
      { class: "number-row" },
      element("span", {}, name === "value" ? "T" : name),
      slider,
      field,
      problem,
    );
  }
}

function leftText({ count, mass, temperature }: StepOutcome, before: number, { kind, values }: Step): string {
  if (kind.name === "dynamicTemperature") {
    return `Leaves all ${count}, at a temperature of ${Number(temperature.toPrecision(3))}.`;
  }
  if (count === before) return `Leaves all ${count}.`;
  const text = `eaves ${count} of ${before}, which had ${percent(mass)} of the probability.`;
  const [probability] = values;
  return kind.name === "xtc" && probability < 1 ? `In ${percent(probability)} of the draws l${text}` : `L${text}`;
}
