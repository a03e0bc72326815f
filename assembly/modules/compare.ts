/** Comparisons, which give integers. */

export { greater, stepInt } from "../elementwise/compare";
