/** Making elements. */

type Attributes = Readonly<Record<string, string | number | boolean | ((event: Event) => void) | undefined>>;

/**
 * An element.
 *
 * @param attributes attributes by name; functions are listeners by the event's name; `true` is an attribute without a value, and
 *   `false` and undefined are none
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}

/** The element of a page that has an id; throws if there is none. */
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found as E;
}

/** A slider with its name and its value beside it. */
export function slider(
  name: string,
  { min, max, step, value }: { min: number; max: number; step: number; value: number },
  onInput: (value: number) => void,
): HTMLLabelElement {
  const output = element("output", {}, String(value));
  const input = element("input", { type: "range", min, max, step, value });
  input.addEventListener("input", () => {
    output.textContent = input.value;
    onInput(input.valueAsNumber);
  });
  return element("label", { class: "slider" }, element("span", {}, name), input, output);
}

/** Gives each cell of a table the heading of its column, for windows too narrow for columns, where the style sheet shows it. */
export function labelCells(body: HTMLElement): void {
  const headings = Array.from(
    body.closest("table")!.querySelectorAll("thead th"),
    ({ textContent }) => textContent ?? "",
  );
  for (const row of Array.from(body.children)) {
    headings.forEach((heading, i) => {
      if (heading !== "" && i < row.children.length) row.children[i].setAttribute("data-label", heading);
    });
  }
}
