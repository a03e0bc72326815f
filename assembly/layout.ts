/**
 * Numbers on which the kernels and src/ must agree. The build copies them to src/generated/layout.ts, so that each is
 * written once.
 */

/**
 * The address of a mask of a float32's sign, exponent and upper half of its significand. src/runtime/memory.ts writes this
 * and the three that follow, and simd/twoProduct.ts tells what they are for.
 */
export const HIGH_BITS_F32: usize = 0;

/** The address of a mask of a float64's sign, exponent and upper half of its significand. */
export const HIGH_BITS_F64: usize = 8;

/** The address of -0 as a float32: its sign bit alone. */
export const SIGN_BIT_F32: usize = 16;

/** The address of -0 as a float64: its sign bit alone. */
export const SIGN_BIT_F64: usize = 24;

/** The address of the parameters of the elementwise function that is called next, as numbers of its type. */
export const PARAMETERS: usize = 64;

/** The most parameters that a kernel reads. */
export const MAX_PARAMETERS: usize = 8;

/** The bytes of a block, which is one turn of a loop: four vectors, all loaded before the first is stored. */
export const BLOCK: usize = 64;

/** The bytes of a row that are summed together, wherever the row comes from: the last bits of the sum depend on it. */
export const PIECE: usize = 131072;

/** The bytes that the passes keep for the rows in the lanes of a vector (rows/columnState.ts, which checks this number). */
export const COLUMN_STATE: usize = 288;

/** The count of the float64 numbers that the loss of a row is made of (rows/crossEntropy.ts). */
export const LOSS_PARTS: usize = 5;

/** The count of the float64 numbers that the gradient of a row's loss needs (rows/crossEntropy.ts). */
export const GRADIENT_ARGUMENTS: usize = 2;

/**
 * An element of softmax above this is dominant. A row has at most one, with a wide margin for roundings, and its gradients are
 * computed from the other elements, because the difference from 1 would lose its digits. The others lose 3 bits of theirs at most.
 */
export const DOMINANT: f64 = 0.625;

/** The element of logSoftmax above which an element is dominant: log(DOMINANT), about. */
export const DOMINANT_LOG: f64 = -0.46875;

/** The index that the gradient of cross-entropy is given in place of a class for a row that is ignored. */
export const NO_CLASS: f64 = -1;

/** The count of the logits whose weights are summed together (sampling/logits.ts). */
export const LOGITS_PER_SUM: usize = 256;

/** The count of the logits in one turn of the loops of sampling: up to one less may be read beyond the last one. */
export const LOGITS_AT_ONCE: usize = 16;

/** The exponent of the smallest weight of sampling: a smaller weight counts as 0. */
export const MIN_EXPONENT: f64 = -1020;

/**
 * The coefficients c1 to c6 of 2^r = 1 + c1·r + c2·r² + … on [-1/2, 1/2], by which sampling computes weights, in its kernels and
 * in JavaScript. Relative error 2^-28.9 (scripts/polynomials.sollya).
 */
export const EXP2_1: f64 = 0.6931472028550245;
export const EXP2_2: f64 = 0.2402264791361985;
export const EXP2_3: f64 = 5.5503324711712355e-2;
export const EXP2_4: f64 = 9.61843735851566e-3;
export const EXP2_5: f64 = 1.3398874402353912e-3;
export const EXP2_6: f64 = 1.5353361713568671e-4;
