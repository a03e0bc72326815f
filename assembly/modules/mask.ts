/** Masks and signs, a module that the functions of rows share. */

export { maskedFill, negate } from "../rows/mask";
