/** The derivatives of elementwise functions as functions of their results. */

export { linear } from "../elementwise/fromOutput/linear";
export { negExpm1 } from "../elementwise/fromOutput/negExpm1";
export { sigmoid, softsign, tanh } from "../elementwise/fromOutput/products";
export { squareplus } from "../elementwise/fromOutput/squareplus";
