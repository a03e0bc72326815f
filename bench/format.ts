/** How figures are written in tables. */

/** About three digits. */
export function digits(figure: number): string {
  return figure.toFixed(figure < 9.995 ? 2 : figure < 99.95 ? 1 : 0);
}

/** A number of elements: "10,000". */
export function count(elements: number): string {
  return elements.toLocaleString("en");
}
