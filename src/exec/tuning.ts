/**
 * Every cut-off between two ways to the same result, with what was measured for it (Node 20, AMD EPYC, float32 unless it says
 * otherwise). None changes a bit of any result. Sizes of memory are in runtime/memory.ts.
 */

/**
 * Up to this many elements a loop copies a whole array faster than `set` does: 12 ns against 18 for 12 elements, 17 against 17 for
 * 16, 30 against 17 for 32. Calls on so few float32s go through blocks of their own, which saves 5 to 8 ns more.
 */
export const maxLoopCopy = 12;

/** Up to this many a loop copies a part of an array faster: `set` needs a view of the part first, which takes 60 ns. */
export const maxLoopCopyOfPart = 24;

/** Up to this many elements a comparison by a loop is faster than by its kernel: 115 ns against 215 for 32. It keeps a bit for each. */
export const maxScalarComparison = 32;

/** Up to this many elements of a row the formulas of argmax and hardmax are faster than the kernels, */
export const maxScalarArgmax = 16;

/** and that of sparsemax. */
export const maxScalarSparsemax = 16;

/** Up to this many elements a copy costs less than the look whether the arrays of a call lie in one arena. */
export const maxCopyBeforeLookup = 32;

/** Up to this many elements a loss is computed by its fast path: beyond, copying them takes longer than all the checks. */
export const maxFastLoss = 256;

/** From this stride on, rows side by side are computed by their own kernels, a line of memory at a time; nearer ones are gathered. */
export const minColumnStride = 16;

/** From this many bytes of a half on, gated functions of an arena run the kernels on each half; shorter halves are copied. */
export const minResidentHalf = 1024;

/** From this many bytes on, a new array is made of memory that is not filled with zeros first: 0.1 to 0.5 ns an element. */
export const minUnfilled = 32768;

/** Up to this many logits loops choose faster than the kernels of sampling. */
export const maxScalarLogits = 128;
