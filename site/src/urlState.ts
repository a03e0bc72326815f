/** The state of a page in its address, so that it can be shared. */

/** The address's part after "?", as names and values. */
export function readState(): URLSearchParams {
  return new URLSearchParams(location.search);
}

/** What a number of an address may be. */
export interface NumberLimits {
  readonly min: number;
  readonly max: number;
  /** What it is where the address doesn't say. */
  readonly usual: number;
  readonly isInteger?: boolean;
}

/** A number of an address; where it can't be used, the usual one, and a sentence that says why. */
export function numberOf(given: URLSearchParams, name: string, limits: NumberLimits, problems: string[]): number {
  const { min, max, usual, isInteger = false } = limits;
  const text = given.get(name);
  if (text === null) return usual;
  const value = Number(text);
  if (text !== "" && value >= min && value <= max && (!isInteger || Number.isInteger(value))) return value;
  problems.push(
    `The address has ${name}=${text}: it must be ${isInteger ? "an integer" : "a number"} from ${min} to ${max}.`,
  );
  return usual;
}

let pending: URLSearchParams | undefined;

/** Puts a page's state into its address; at most twice a second, since browsers refuse more in a row. */
export function writeState(state: Readonly<Record<string, string | undefined>>): void {
  if (pending === undefined) setTimeout(flush, 500);
  pending = new URLSearchParams();
  for (const [name, value] of Object.entries(state)) if (value !== undefined && value !== "") pending.set(name, value);
}

function flush(): void {
  const text = pending?.toString() ?? "";
  pending = undefined;
  history.replaceState(null, "", text === "" ? location.pathname : `?${text}`);
}
