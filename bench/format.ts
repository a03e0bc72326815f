/** How figures are written in tables. */

/** About three digits. */
export function digits(figure: number): string {
  return figure.toFixed(figure < 9.995 ? 2 : figure < 99.95 ? 1 : 0);
}

/** A number of elements: "10,000". */
export function count(elements: number): string {
  return elements.toLocaleString("en");
}

/** A float32 with the fewest digits that tell it from its neighbours. */
export function shortest(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return "-0";
  for (let digits = 1; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === Math.fround(value)) return String(text);
  }
  return String(Number(value.toPrecision(9)));
}
