/**
 * Numbers on which the kernels and src/ must agree. The build copies them to src/generated/layout.ts, so that each is
 * written once.
 */

/** Where masks of all but the lower half of a significand lie, and of the sign, which the wrapper writes (simd/twoProduct.ts). */
export const HIGH_BITS_F32: usize = 0;

export const HIGH_BITS_F64: usize = 8;

export const SIGN_BIT_F32: usize = 16;

export const SIGN_BIT_F64: usize = 24;

/** Where the parameters of the elementwise function to be called lie, as numbers of its type. */
export const PARAMETERS: usize = 64;

/** The most parameters that a kernel reads. */
export const MAX_PARAMETERS: usize = 8;

/** Bytes that a loop takes at once: four vectors, all loaded before the first is stored. */
export const BLOCK: usize = 64;

/** Bytes of a row that are summed together, wherever the row comes from: the last bits of the sum depend on it. */
export const PIECE: usize = 131072;

/** Bytes of what is known of the rows in the lanes of a vector (rows/columnState.ts). */
export const COLUMN_STATE: usize = 288;

/** The float64 numbers that the loss of a row is made of (rows/crossEntropy.ts). */
export const LOSS_PARTS: usize = 5;

/** The float64 numbers that the gradient of a row's loss needs (rows/crossEntropy.ts). */
export const GRADIENT_ARGUMENTS: usize = 2;

/** Logits whose weights are summed together (sampling/logits.ts). */
export const LOGITS_PER_SUM: usize = 256;

/** Logits that the kernels of sampling take at once: as many may be read beyond the last one. */
export const LOGITS_AT_ONCE: usize = 16;

/** The exponent of the smallest weight of sampling: a smaller weight counts as 0. */
export const MIN_EXPONENT: f64 = -1020;

/** The coefficients of the polynomial for 2^r - 1 by which sampling computes weights, in kernels and in JavaScript. */
export const EXP2_1: f64 = 0.6931472028550245;
export const EXP2_2: f64 = 0.2402264791361985;
export const EXP2_3: f64 = 5.5503324711712355e-2;
export const EXP2_4: f64 = 9.61843735851566e-3;
export const EXP2_5: f64 = 1.3398874402353912e-3;
export const EXP2_6: f64 = 1.5353361713568671e-4;
