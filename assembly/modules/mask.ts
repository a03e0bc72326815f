/** Masks and signs, which the functions of rows share. */

export { maskedFill, negate } from "../rows/mask";
