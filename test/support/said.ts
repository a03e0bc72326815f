/** What documents say that calls give, "Float32Array [0.5, 1]" or "2", held against what they give. */

/** A result as a document says it: an array of numbers with its type, a number, a string or a boolean. */
export const SAID = String.raw`(?:\w+Array )?\[[^\]]*\]|-?[\d.]+(?:e-?\d+)?|-?Infinity|"[^"]*"|true|false`;

/** Float32 numbers are written with as many digits as tell them from their neighbours, less one or so. */
const TOLERANCE = 4e-7;

/** Throws unless a value is what is said. */
export function expectSaid(got: unknown, said: string): void {
  const wrong = wrongOf(got, said);
  if (wrong !== undefined) throw new Error(wrong);
}

/** How a value differs from what is said; undefined if it doesn't. */
export function wrongOf(got: unknown, said: string): string | undefined {
  const [, type, elements] = /^(?:(\w+) )?\[(.*)\]$/.exec(said) ?? [];
  const wrong = `${showOf(got)}, not ${said}`;
  if (elements === undefined && Number.isNaN(Number(said))) return got === JSON.parse(said) ? undefined : wrong;
  const wanted = elements === undefined ? [said] : elements.split(",").filter((text) => text.trim() !== "");
  const tag = Object.prototype.toString.call(got).slice(8, -1);
  if (tag !== (elements === undefined ? "Number" : (type ?? "Array"))) return wrong;
  const numbers = elements === undefined ? [got as number] : Array.from(got as ArrayLike<number>);
  const isRight = (number: number, i: number) => {
    const value = Number(wanted[i]);
    // Zeros have signs, which people see in a terminal.
    return Object.is(number, value) || (value !== 0 && Math.abs(number - value) <= TOLERANCE * Math.abs(value));
  };
  return numbers.length === wanted.length && numbers.every(isRight) ? undefined : wrong;
}

function showOf(value: unknown): string {
  const type = Object.prototype.toString.call(value).slice(8, -1);
  return ArrayBuffer.isView(value) || Array.isArray(value)
    ? `${type} [${Array.from(value as ArrayLike<unknown>, textOf).join(", ")}]`
    : typeof value === "number"
      ? textOf(value)
      : (JSON.stringify(value) ?? String(value));
}

function textOf(value: unknown): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
