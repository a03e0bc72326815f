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

/** Up to this many elements a loop fills part of an array faster than `fill` does: 7 ns against 14 for 8 elements, 24 against 15 for 16. */
export const maxLoopFill = 12;

/** Up to this many elements a comparison by a loop is faster than by its kernel: 115 ns against 215 for 32. It keeps a bit for each. */
export const maxScalarComparison = 32;

/** Up to this many elements of a row the formulas of argmax and hardmax are faster than the kernels: argmax 38 ns against 60 for 16. */
export const maxScalarArgmax = 16;

/**
 * Up to this many elements of a row the formula of sparsemax is faster than its kernel: 138 ns against 156 for 12, 193 against 153 for 16. Of
 * entmax15 both take the same for 12.
 */
export const maxScalarSparsemax = 12;

/**
 * Up to this many elements the fast path copies without a look whether the arrays of a call lie in one arena. The look takes up
 * to 20 ns from calls on ordinary arrays (115 against 96 for 32 elements of sigmoid), and would spare those of an arena 10.
 */
export const maxCopyBeforeLookup = 32;

/**
 * Up to this many elements a loss is computed by its fast path, which saves 80 to 110 ns: of 193 for sigmoidCrossEntropy of 64, of 566 of
 * 256.
 */
export const maxFastLoss = 256;

/**
 * From this stride on, rows side by side are computed by their own kernels, a line of memory at a time; nearer ones are gathered. Of 16
 * rows of 64, softmax takes 2.4 µs so, and 5.0 gathered.
 */
export const minColumnStride = 16;

/**
 * From this many bytes on, kernels run on each contiguous piece of an operand in an arena (a half of gated functions); shorter pieces
 * are copied. Of 32 rows of two halves of 1024 bytes, swiglu takes 10.6 µs so, and 13.4 copied.
 */
export const minResidentRun = 1024;

/** From this many bytes on, a new array is made of memory that is not filled with zeros first: 0.1 to 0.5 ns an element. */
export const minUnfilled = 32768;

/** Up to this many logits loops choose faster than the kernels of sampling: `sample` of 100 takes 1.0 µs against 2.8. */
export const maxScalarLogits = 128;
