// @ts-check
// The size of a digit, apart from the files of digits, which only Node reads: pages import this.

/** Pixels on one side of a digit. */
export const SIDE = 28;
/** Pixels of a digit. */
export const PIXELS = SIDE * SIDE;
