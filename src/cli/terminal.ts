/** What the terminal shows: its size, its colours. */

/** How wide the terminal is; 80 where there is none. */
export function terminalWidth(): number {
  return process.stdout.columns || Number(process.env.COLUMNS) || 80;
}

/** Whether to colour standard output: FORCE_COLOR and NO_COLOR decide, else whether it is a terminal. */
export function hasColours(): boolean {
  const { FORCE_COLOR, NO_COLOR, TERM } = process.env;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return !NO_COLOR && TERM !== "dumb" && process.stdout.isTTY === true;
}

/** ANSI's codes of what is used here. */
const codes = { bold: 1, dim: 2 } as const;

/** A text in bold or dim letters, where there are colours. */
export function styled(text: string, style: keyof typeof codes): string {
  return hasColours() ? `\x1b[${codes[style]}m${text}\x1b[22m` : text;
}

/**
 * The colours of curves, by their numbers among the 256 that terminals know: of those of Okabe and Ito the ones that stand out from
 * both black and white.
 */
const CURVES = [32, 166, 36, 169, 136, 244];

/** A text in the colour of a curve. */
export function inCurveColour(text: string, curve: number): string {
  return `\x1b[38;5;${CURVES[curve % CURVES.length]}m${text}\x1b[39m`;
}
