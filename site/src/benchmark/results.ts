/** The tables of results, whose bars fill while it is measured. */

import { element } from "../elements.js";
import type { Role } from "./protocol.js";
import type { Standing } from "./race.js";

interface Row {
  readonly row: HTMLTableRowElement;
  readonly bar: HTMLElement;
  readonly mark: HTMLElement;
  readonly min: HTMLElement;
  readonly median: HTMLElement;
  readonly ratio: HTMLElement;
}

/** The results of one function at one size. */
export class ResultTable {
  readonly table: HTMLTableElement;
  readonly #rows: ReadonlyMap<Role, Row>;

  constructor(name: string, size: number, roles: Iterable<Role>) {
    this.#rows = new Map(Array.from(roles, (role) => [role, createRow(role)]));
    const head = ["backend", "fastest", "median", "ratio"].map((text, i) =>
      element("th", { scope: "col", class: i === 0 ? undefined : "number" }, text),
    );
    this.table = element(
      "table",
      {},
      element("caption", {}, `${name}, ${size.toLocaleString("en")} elements: ns an element`),
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...Array.from(this.#rows.values(), ({ row }) => row)),
    );
  }

  /** Whether it is being measured. */
  set isRunning(isRunning: boolean) {
    this.table.classList.toggle("running", isRunning);
  }

  /** Shows what has been measured so far. */
  show(standings: readonly Standing[]): void {
    const fastest = Math.min(...standings.map(({ min }) => min));
    const plain = standings.find(({ role }) => role === "plain JS");
    for (const { role, way, ways, min, median } of standings) {
      const row = this.#rows.get(role)!;
      row.bar.style.width = `${(100 * fastest) / min}%`;
      row.mark.style.left = `${(100 * fastest) / median}%`;
      row.min.textContent = nanoseconds(min);
      row.median.textContent = nanoseconds(median);
      row.ratio.textContent = plain === undefined ? "" : ratioOf(plain.min / min);
      if (ways > 1) row.row.title = `${way}, the fastest of ${ways} ways`;
    }
  }
}

function createRow(role: Role): Row {
  const bar = element("span", { class: "fill" });
  const mark = element("span", { class: "mark" });
  const [min, median, ratio] = Array.from({ length: 3 }, () => element("td", { class: "number" }));
  const name = element(
    "th",
    { scope: "row" },
    role,
    element("span", { class: "bar", "aria-hidden": "true" }, bar, mark),
  );
  const row = element("tr", { class: role === "plain JS" ? "plain" : undefined }, name, min, median, ratio);
  return { row, bar, mark, min, median, ratio };
}

function ratioOf(ratio: number): string {
  return `${ratio < 1 ? ratio.toPrecision(2) : ratio.toFixed(1)}×`;
}

function nanoseconds(time: number): string {
  return time < 100 ? time.toPrecision(3) : time.toFixed(0);
}
