/** What is to be measured: the form, and the address. */

import { byId, element } from "../elements.js";
import { readState, writeState } from "../urlState.js";
import { placements } from "./environment.js";
import type { Placement, Subject } from "./protocol.js";

const sizes = [16, 1_000, 100_000, 1_000_000];
const times = [50, 200, 1_000];

const defaults = {
  functions: ["relu", "sigmoid", "tanh", "gelu", "softmax"],
  sizes: [1_000, 100_000],
  placement: "ordinary" as Placement,
  time: 200,
};

/** What is chosen. */
export interface Settings {
  readonly functions: readonly string[];
  readonly sizes: readonly number[];
  readonly placement: Placement;
  /** Milliseconds for each way. */
  readonly time: number;
}

/**
 * Fills the form.
 *
 * @returns what is wrong in the address
 */
export function offerSettings(subjects: readonly Subject[]): string[] {
  const { settings, wrong } = restore(subjects);
  byId("sizes").append(
    ...sizes.map((size) =>
      choice("checkbox", "size", String(size), size.toLocaleString("en"), settings.sizes.includes(size)),
    ),
  );
  byId("placements").append(
    ...Object.entries(placements).map(([value, { label }]) =>
      choice("radio", "placement", value, label, value === settings.placement),
    ),
  );
  byId<HTMLSelectElement>("time").append(
    ...times.map((time) => element("option", { value: time, selected: time === settings.time }, `${time / 1000} s`)),
  );
  for (const heading of new Set(subjects.map((subject) => subject.heading))) {
    const members = subjects.filter((subject) => subject.heading === heading);
    const choices = members.map(({ name }) =>
      choice("checkbox", "function", name, name, settings.functions.includes(name)),
    );
    byId("functions").append(
      element("fieldset", {}, element("legend", {}, heading), element("div", { class: "choices" }, ...choices)),
    );
  }
  byId("settings").addEventListener("change", () => {
    tellCount();
    store();
  });
  tellCount();
  return wrong;
}

/** What is chosen now. */
export function readSettings(): Settings {
  const chosen = (name: string) =>
    Array.from(document.querySelectorAll<HTMLInputElement>(`input[name="${name}"]:checked`), ({ value }) => value);
  return {
    functions: chosen("function"),
    sizes: chosen("size").map(Number),
    placement: chosen("placement")[0] as Placement,
    time: Number(byId<HTMLSelectElement>("time").value),
  };
}

function tellCount(): void {
  const { functions } = readSettings();
  byId("count").textContent = functions.length <= 5 ? functions.join(", ") || "none" : `${functions.length} chosen`;
}

function store(): void {
  const { functions, sizes, placement, time } = readSettings();
  writeState({ functions: functions.join(" "), sizes: sizes.join(" "), placement, time: String(time) });
}

function choice(type: "checkbox" | "radio", name: string, value: string, label: string, checked: boolean): HTMLElement {
  return element("label", {}, element("input", { type, name, value, checked }), ` ${label}`);
}

/** The address's settings, and what is wrong there. */
function restore(subjects: readonly Subject[]): { readonly settings: Settings; readonly wrong: string[] } {
  const state = readState();
  const wrong: string[] = [];
  const listOf = <T extends string | number>(
    name: string,
    known: readonly T[],
    otherwise: readonly T[],
  ): readonly T[] => {
    const text = state.get(name);
    if (text === null) return otherwise;
    const words = text.split(/[\s,]+/);
    const unknown = words.filter((word) => !known.some((value) => String(value) === word));
    if (unknown.length > 0) wrong.push(`${name} can't be ${unknown.join(", ")}; choose among ${known.join(", ")}`);
    const found = known.filter((value) => words.includes(String(value)));
    return found.length > 0 ? found : otherwise;
  };
  const names = subjects.map(({ name }) => name);
  const settings = {
    functions: listOf("functions", names, defaults.functions),
    sizes: listOf("sizes", sizes, defaults.sizes),
    placement: listOf("placement", Object.keys(placements) as Placement[], [defaults.placement])[0],
    time: listOf("time", times, [defaults.time])[0],
  };
  return { settings, wrong };
}
