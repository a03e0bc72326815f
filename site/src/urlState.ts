/** The state of a page in its address, so that it can be shared. */

/** The address's part after "?", as names and values. */
export function readState(): URLSearchParams {
  return new URLSearchParams(location.search);
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
