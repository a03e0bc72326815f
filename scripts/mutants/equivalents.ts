/** Mutants by rules that no test can notice, and why. */

import type { Equivalent } from "./table.js";

const ofKernels: readonly Equivalent[] = [
  {
    id: "assembly/elementwise/compare.ts [comparison] for (const end = dst + n",
    reason: "one vector more is written to the scratch memory, where results are followed by nothing",
  },
  {
    id: /^assembly\/elementwise\/log1pExp\.ts .*DERIVATIVE_COEFFICIENT_F/,
    reason: "a factor of a rounding error, of which two digits are enough",
  },
  {
    id: "assembly/elementwise/log1pExp.ts [comparison] const isHalved = v128.gt<T>(e, constant<T>(SPLIT",
    reason: "both branches serve at the split itself, and no e of a float is that number",
  },
  {
    id: "assembly/sampling/logits.ts [sign] for (; x < end; x += 64) { @18 += -> -=",
    reason:
      "the smallest number below the logits is found too, so that the general term computes what the fast one would",
  },
  {
    id: /^assembly\/rows\/(softmax|crossEntropy)\.ts \[(offset|comparison)\] if \(.*rows > 1 && columns <= MAX_TRANSPOSED_COLUMNS\) \{ @\d+ (1 -> 0|> -> >=|<= -> <)/,
    reason:
      "a single row, or one of the most columns, gives the same bits transposed or not; which is faster is another matter",
  },
  {
    id: /^assembly\/elementwise\/kernels\/erf\.ts \[digits\] (0\.00012055331017608068|-1\.1363078821210324e-9)/,
    reason:
      "the last digit of a high coefficient is 2^-70 of the sum: the digits are those of the float64, no more is claimed",
  },
  {
    id: /^assembly\/rows\/(columnGradientSums|gradients)\.ts \[comparison\] (const isDominant|isAny) = .* gt -> ge$/,
    reason: "an element of exactly the bound is no dominant one where gradients are made: what was noted isn't used",
  },
  {
    id: "assembly/simd/vector.ts [offset] return v128.shuffle<i64>(v, v, 1, 0); @34 0 -> 1",
    reason: "of what is added up so, only the first lane is read",
  },
  {
    id: /^assembly\/rows\/above\.ts \[comparison\] .* gt -> ge$/,
    reason: "an element of exactly the threshold is 0 either way; it is looked at in vain",
  },
  {
    id: /^assembly\/elementwise\/(kernels\/(tanhshrink|logNdtr|mish|entr|erf|log|log1mexp|squareplus|tanh)|tailRatio)\.ts \[comparison\] const is(Near|Linear|Saturated|Small|Subnormal|Far) = /,
    reason: "both branches serve at the split itself",
  },
  {
    id: /^assembly\/elementwise\/kernels\/erfcx\.ts \[comparison\] return v128\.lt<T>\(a, constant<T>\(SPLIT_F32/,
    reason: "both branches serve at the split itself",
  },
  {
    id: /^assembly\/elementwise\/kernels\/silu\.ts \[bound\] .*DERIVATIVE_SATURATION_F/,
    reason: "the derivative is 1 to the last digit long before",
  },
  {
    id: "assembly/elementwise/kernels/silu.ts [flag] return siluDerivative<T>(x, zero(), false); @36 false -> true",
    reason: "an error of 0 counts as none; it costs instructions",
  },
  {
    id: /^assembly\/elementwise\/kernels\/gelu\.ts \[coefficient\] @lazy const UNDERFLOW_F32/,
    reason: "a bound a bit farther out: the results between both are 0 either way",
  },
  {
    id: /^assembly\/elementwise\/kernels\/(gelu\.tanh|ndtr|quickGelu|silu|sparsePlus|swish)\.ts \[comparison\] return select<T>\(/,
    reason: "both branches serve at the saturation or the split itself",
  },
  {
    id: /^assembly\/elementwise\/kernels\/selu\.alpha\.ts \[comparison\] .* ge -> gt$/,
    reason: "both branches give 0, with the sign of x, at 0",
  },
  {
    id: /^assembly\/elementwise\/.* \[flag\] .*zero<?T?>?\(\), false\).* false -> true( #\d+)?$/,
    reason: "an error of 0 counts as none; it costs instructions",
  },
  {
    id: /^assembly\/elementwise\/kernels\/(mish\.ts \[digits\] FAST_LIMIT_F64|log1mexp\.ts \[digits\] @lazy const LN2_F|gelu\.tanh\.ts \[digits\] DERIVATIVE_(UNDERFLOW|SATURATION)_F|squareplus\.ts \[bound\] @lazy const MAX_FINITE_F|tanh\.ts \[digits\] SPLIT_F64|softsign\.ts \[bound\] @lazy const SATURATION_F|log1mexp\.ts \[coefficient\] LN2_F64)/,
    reason: "a split between two computations that both serve for some way around it",
  },
  {
    id: /^assembly\/elementwise\/mulSigmoid\.ts \[bound\] @lazy const UNSCALED_LIMIT_F/,
    reason: "a narrower fast range: the general computation gives the same bits",
  },
  {
    id: /^assembly\/elementwise\/kernels\/(log\.ts \[(bound|coefficient|digits)\] (@lazy const )?MIN_NORMAL_F|logit\.ts \[(coefficient|digits)\] (@lazy const )?SMALLEST_NORMAL_F)/,
    reason:
      "the largest subnormals read as normal numbers are off by an ulp, which their logarithms don't see, and the smallest normal numbers may be scaled too",
  },
  {
    id: /^assembly\/elementwise\/map\.ts \[(tail|condition)\] (if \(changetype<K>\(0\) instanceof FastRange\) forBlocks|\} else if \(sizeof<T>\(\) == 8\))/,
    reason: "what fills the last block is computed and dropped; vectors by twos or fours give the same bits",
  },
  {
    id: /^assembly\/rows\/(sparsemaxPasses\.ts \[comparison\] const isAbove[AB]|sparsemax\.ts \[comparison\] isOpen) = /,
    reason: "an element of exactly the threshold adds 0; one round more finds the same threshold",
  },
  {
    id: /^assembly\/rows\/(crossEntropy|sparsemaxPasses)\.ts \[tail\] (if \(target\) )?forBlocks</,
    reason: "what fills the last block is weighed by targets of 0, or dropped",
  },
  {
    id: /^assembly\/rows\/argmax\.ts \[tail\] (const b = x|\} else if|maxIndex)/,
    reason: "rows beyond the last are computed and dropped; the element after a piece is set anew with the next piece",
  },
  {
    id: /^assembly\/(simd\/blocks|rows\/mask)\.ts \[(comparison|tail)\] (for \(; dst \+ 16 <= end|const vectorsEnd)/,
    reason: "the rest is done one by one; or half a vector more, of the scratch memory",
  },
  {
    id: /^assembly\/rows\/(crossEntropy\.ts \[flag\] let hasSmoothing|supportBound\.ts \[(flag|offset)\] export let (squares|threshold))/,
    reason: "it is set where a row begins",
  },
  {
    id: "assembly/rows/entmaxSearch.ts [comparison] const goesOn = v128.and(f64x2.gt(newton, zero())",
    reason: "a step of 0 leaves nothing either",
  },
  {
    id: "assembly/rows/entmaxSearch.ts [deleted] addsUp = false;",
    reason: "a row with many elements above the threshold is passed again where it need not be, with the same result",
  },
  {
    id: "assembly/rows/softmax.ts [comparison] for (let at: usize = 0; at < columns; at += PIECE",
    reason: "a piece of no elements adds nothing",
  },
  {
    id: "assembly/rows/crossEntropyGradient.ts [comparison] if (i >= n) return sumOfRow",
    reason: "for i = n the parts are the whole and nothing",
  },
  {
    id: /^assembly\/rows\/columnState\.ts \[(comparison|flag)\] (for \(const end = states|export let hasDominant)/,
    reason: "one state more is cleared, of the scratch memory; the flag is set where a gradient begins",
  },
  {
    id: /^assembly\/rows\/softmaxTerms\.ts \[comparison\] const inRange = .* ge -> gt$/,
    reason: "the general term gives the bits of the fast one",
  },
  {
    id: /^assembly\/rows\/transpose\.ts \[flag\] loadAll<T>\(x, count, columns, tile, false\)/,
    reason: "the least and the largest of an input are found in vain",
  },
  {
    id: "assembly/rows/crossEntropyGradient.ts [flag] let hasIndex: bool = false; @21 false -> true",
    reason: "it is set where a row begins",
  },
  {
    id: /^assembly\/elementwise\/kernels\/hardSigmoid\.slope\.ts \[(bound|comparison)\] .*LARGE_F/,
    reason: "any number between both kinks and the square root of the largest serves",
  },
  {
    id: "assembly/rows/crossEntropyGradient.ts [comparison] return at >= 0 && at < <f64>n",
    reason: "the class behind the last element is none of these either way",
  },
  {
    id: "assembly/rows/softmax.ts [flag] addDifferences<T>(",
    reason: "the last block is padded again, which the counts of instructions tell apart",
  },
  {
    id: "assembly/rows/gradients.ts [tail] forBlocks<Total<UnmaskedSummand>",
    reason: "what fills the last block has a gradient of 0, whatever it counts as",
  },
];

const cutOffs =
  "(maxLoopCopy|maxLoopCopyOfPart|maxScalar\\w+|maxCopyBeforeLookup|maxFastLoss|minColumnStride|minResidentRun|minUnfilled|MAX_SORTED_AT_ONCE)";

const ofSources: readonly Equivalent[] = [
  {
    id: new RegExp(`^src/.* \\[operator\\] .*\\b${cutOffs}\\b.* [<>]=? -> [<>]=?( #\\d+)?$`),
    reason: "a cut-off between two ways to the same bits, moved by one",
  },
  {
    id: /^src\/(exec\/fast|exec\/rows\/fast|families\/losses\/crossEntropyLoss|families\/losses\/sigmoidCrossEntropyOp)\.ts \[condition\] if \(.*\) return undefined; .* -> true/,
    reason:
      "a fast path that is never taken: the general road gives the same bits, which the counts of instructions tell apart",
  },
  {
    id: /^src\/exec\/resident\.ts \[(number|operator|condition)\] if \(run > 0 && .* (0 -> 1|> -> >=|minResidentRun -> true)/,
    reason: "an operand is copied or not, with the same results",
  },
  {
    id: "src/exec/copy.ts [condition] return out !== undefined && overlap(input, out) ? copyOf(input, dtype) : input; @7 out !== undefined && overlap(input, out) -> true",
    reason: "a copy more, of the same elements",
  },
  {
    id: "src/runtime/placements.ts [condition] if (lastArena === arena) lastBuffer = lastArena = undefined; @4 lastArena === arena -> ",
    reason: "what was looked up last is forgotten sooner or later: an array of a freed arena is refused either way",
  },
  {
    id: /^src\/(args\/mask|exec\/copy|exec\/fast)\.ts \[operator\] (else )?for \(let i = 0.*; i < (x\.)?length; i\+\+\) (\{|(out|result|view)\[i\] = \w+\[i\];) .* < -> <=/,
    reason:
      "one element more is written: beyond the end of a typed array, which ignores it, or to scratch memory that is filled up next",
  },
  {
    id: 'src/families/losses/rowLossOp.ts [condition] const factors = typeof dy === "object" ? dy : reduceLosses(dy, this.divisorOf(args), reduction); @16 typeof dy === "object" -> false',
    reason: 'dy is an array where the reduction is "none", of which `reduceLosses` gives it back as it is',
  },
  {
    id: "src/families/sampling/candidates.ts [condition] if (count > MAX_SORTED_AT_ONCE) { @4 count > MAX_SORTED_AT_ONCE -> false",
    reason: "all weights are sorted at once, which takes longer",
  },
  {
    id: "src/runtime/kernels.ts [condition] if (kernel !== null || instance === backend) instance.kernels[this.#number + dtype.index] = kernel; @4 kernel !== null || instance === backend -> true",
    reason: "an arena's arrays are copied where they need not be",
  },
  {
    id: "src/runtime/placements.ts [boolean] let anyFreed = false;",
    reason: "arrays are looked at more closely than need be",
  },
  {
    id: "src/families/weightedSum.ts [operator] for (let i = 0, j = start; i < columns; i++, j += stride) if (x[j] > x[at]",
    reason: "of equal elements, whichever is the reference has its weight less 1",
  },
  {
    id: "src/families/preluOp.ts [condition] if (given[2] !== undefined) given[2] = readShape(caller, given[2]);",
    reason: "of no shape, `readShape` gives none",
  },
  {
    id: "src/exec/rows/maskChange.ts [condition] return (this.negates ? negate : fillMask)",
    reason: "both kernels are of one module, which an engine takes or doesn't",
  },
  {
    id: "src/exec/rows/fast.ts [condition] if (isFloat32(x)) { @4 isFloat32(x) -> false",
    reason:
      "a fast path that is never taken: the general road gives the same bits, which the counts of instructions tell apart",
  },
  {
    id: "src/exec/rows/fast.ts [operator] if (out !== undefined && (!isLike(out, length) || (length > maxCopyBeforeLookup",
    reason:
      "a fast path that is never taken where there is an `out`: the general road gives the same bits, which the counts of instructions tell apart",
  },
  {
    id: "src/families/sampling/logits.ts [condition] if (values.length !== (this.values as FloatArray | undefined)?.length) this.heap = undefined; @4 values.length",
    reason: "a heap is made anew where the last one would do",
  },
  {
    id: "src/exec/multiply.ts [number] const inputs = [",
    reason: "any numbers serve to find out whether a kernel multiplies",
  },
  {
    id: "src/families/sampling/topKOf.ts [condition] const given = options === undefined ? undefined",
    reason: "of no options, `readOptions` gives none",
  },
  {
    id: "src/families/losses/crossEntropyGradient.ts [condition] const smoothed = dominant < 0 ? 0",
    reason: "it isn't used where no element is dominant",
  },
  {
    id: "src/families/losses/crossEntropyGradient.ts [number] let dominant = -1;",
    reason: "any negative number stands for none",
  },
  {
    id: "src/families/losses/crossEntropyGradient.ts [operator] const index = indices === undefined ? -1",
    reason: "where targets are probabilities it isn't used",
  },
  {
    id: "src/families/sampling/draw.ts [method] halvings = wanted >= 1 ? Math.min(MAX_HALVINGS, wanted)",
    reason: "how far the limit falls at once decides how many logits are looked at, not which are left",
  },
  {
    id: "src/families/sampling/draw.ts [operator] halvings = wanted >= 1 ? Math.min(MAX_HALVINGS, wanted) : 1; @18 >= -> >",
    reason: "of 1, the least of it and MAX_HALVINGS is 1",
  },
  {
    id: "src/families/sampling/draw.ts [number] return left.isEmpty ? indexOfMax(x, 0, 1, x.length)",
    reason: "only a worker that writes to the logits while they are looked at leaves none",
  },
  {
    id: "src/families/sampling/draw.ts [condition] if (topP < 1) left.keepHeaviest(topP * left.sum()); @4 topP < 1 -> true",
    reason: "of a topP of 1 all are kept",
  },
  {
    id: "src/families/sampling/draw.ts [condition] else if (minP > 0) left = logits.heavier(weights, minP); @9 minP > 0 -> true",
    reason: "a minP of 0 leaves all, of which the same token is drawn, if not as fast",
  },
  {
    id: "src/families/comparison.ts [number] 0, @0 0 -> 1",
    reason: "an array of the working memory more, which isn't used",
  },
  {
    id: "src/runtime/backends.ts [deleted] if (unfused !== undefined) throw new Error(unfused);",
    reason: "engines whose relaxed SIMD rounds products are not at hand; the probe that finds them is tested",
  },
  {
    id: "src/runtime/placements.ts [condition] return arenas === undefined ? undefined : placements.get(array); @7 arenas === undefined -> false",
    reason: "of no arena, `placements` has nothing either",
  },
  {
    id: "src/runtime/decode.ts [operator] let bytes = new Uint8Array(2 * text.length);",
    reason: "`room` makes the array larger where it is too small",
  },
  {
    id: "src/runtime/decode.ts [operator] if (bytes.length < length + 2 * characters) {",
    reason: "an array that has just enough room is made larger in vain",
  },
  {
    id: "src/families/losses/sigmoidFocalLossOp.ts [number] parameters: { alpha: { default: 0.25, min: -1, max: 1 }",
    reason: "`reject` refuses all from -1 to 0 and below",
  },
  {
    id: "src/exec/rows/driver.ts [condition] if (isColumnwise(call)) runColumns",
    reason: "rows that are gathered one by one have the bits of rows side by side",
  },
  {
    id: "src/families/losses/sigmoidCrossEntropyOp.ts [operator] if (kernel === null || add === null) return undefined;",
    reason: "both kernels are of one module, which an engine takes or doesn't",
  },
  {
    id: "src/runtime/instance.ts [operator] if (plan === this.#plan || numbers.length === 0) return;",
    reason: "parameters that lie there are written again",
  },
  {
    id: "src/families/unaryOp.ts [number] kernel(first, first, pad(first64, 0, 1, 8)); @40 8 -> 9",
    reason: "a block of one element less is filled up and computed, of which the first element is taken",
  },
  {
    id: "src/families/sampling/draw.ts [deleted] halvings = wanted >= 1 ?",
    reason: "how far the limit falls at once decides how many logits are looked at, not which are left",
  },
  {
    id: "src/families/unaryOp.ts [operator] } else if (plan.numbers.length > 0) { @",
    reason: "parameters of which there are none are written in vain",
  },
  {
    id: "src/exec/fast.ts [number] if (length === 0 || length > CHUNK / 4 || mayBeFreed(x)) return undefined; @15 0 -> 1",
    reason: "one element takes the general road, to the same bits, and none is computed",
  },
  {
    id: "src/exec/rows/driver.ts [number] if (stride !== 1 && !(isColumnwise(call) && (stride * dtype.bytes) % 16 === 0)) return false;",
    reason: "arrays of an arena are copied where they need not be",
  },
  {
    id: "src/families/losses/sigmoidCrossEntropyOp.ts [condition] const given = options === undefined ? []",
    reason: "of no options, `readOptions` gives none",
  },
  {
    id: "src/exec/resident.ts [condition] if (instance === undefined) return undefined; @4 instance === undefined -> true",
    reason: "arrays of an arena are copied where they need not be, which the counts of instructions tell apart",
  },
  {
    id: "src/families/sampling/heap.ts [operator] for (let at = Math.floor(size / 2); at-- > 0;)",
    reason: "the place before the first has no number that could sink",
  },
  {
    id: "src/runtime/arena.ts [deleted] this.instance = undefined;",
    reason: "the memory of a freed arena is kept as long as the program keeps the arena",
  },
  {
    id: "src/families/losses/klDivergenceOp.ts [operator] return Math.abs(x) > EXP_LIMIT ?",
    reason: "both ways serve at the limit itself",
  },
  {
    id: "src/families/logCumSumExp.ts [condition] let reference = columns === 0 ? 0",
    reason: "of no elements, it isn't used",
  },
  {
    id: "src/families/rowKernels.ts [operator] const row = isGradient ? KNOWN_ROW.map(",
    reason: "any numbers serve to find out whether a kernel gives what the formula does",
  },
  {
    id: "src/exec/resident.ts [operator] if (kernel === null || product === null) return undefined;",
    reason: "arrays of an arena are copied where they need not be, which the counts of instructions tell apart",
  },
  {
    id: "src/families/losses/elementWeights.ts [boolean] forWeighted(call, false, out, (i, x, log, _, a, b)",
    reason: "sigmoids are found in vain",
  },
  {
    id: "src/exec/resident.ts [operator] if (isNeverResident || (sink.out === undefined && sink.storeResident === undefined)) return false;",
    reason: "arrays of an arena are copied where they need not be, which the counts of instructions tell apart",
  },
  {
    id: "src/families/losses/sigmoidFocalLossOp.ts [operator] return x > 0 ? (1 - target) * (1 - sigmoid)",
    reason: "both ways are the same at 0, where sigmoid(x) and sigmoid(-x) are",
  },
  {
    id: "src/families/rrelu.ts [number] for (let i = 3; i < 7; i++)",
    reason: "there is no option after the last",
  },
  {
    id: "src/exec/resident.ts [condition] if (from === undefined) return undefined; @4 from === undefined -> false",
    reason: "`sharedInstance` gives undefined for an array of no arena",
  },
  {
    id: "src/exec/fast.ts [condition] if (result !== undefined) return result; @4 result !== undefined -> true",
    reason: "arrays take the general road, to the same bits, which the counts of instructions tell apart",
  },
  {
    id: "src/exec/rows/fast.ts [operator] for (let i = columns; i < BLOCK / 4; i++) view[i] = -Infinity;",
    reason: "one element more of scratch memory, which nothing reads",
  },
  {
    id: "src/families/gatedOp.ts [number] const call = new ChunkedCall(caller, dtype, length, operands, sink, computation, CHUNK / dtype.bytes, 0, true);",
    reason: "the gradient has no intermediate results",
  },
  {
    id: "src/families/gatedOp.ts [number] const GATE = 1;",
    reason: "any buffer that holds nothing else serves for intermediate results",
  },
  {
    id: "src/families/sampling/draw.ts [number] let limit = 1;",
    reason: "other steps lead to the same candidates",
  },
  {
    id: "src/families/sampling/draw.ts [operator] const wanted = Math.ceil((1.25 * halvings",
    reason: "other steps lead to the same candidates",
  },
  {
    id: "src/families/losses/crossEntropyLoss.ts [number] return Number.isFinite(loss) || args.dtype === float32 ? loss : lossByFormula",
    reason: "any power of two serves that keeps the parts from overflow",
  },
  {
    id: "src/families/losses/crossEntropyLoss.ts [number] kernel(first, 0, WORK, 1, KNOWN_LOGITS.length, 0);",
    reason: "the margins of all columns are added up, too, which aren't used",
  },
  {
    id: "src/families/losses/sparsemaxLossOp.ts [operator] const count = Math.min(perChunk, blocks - from);",
    reason: "rows beyond the last are computed and dropped",
  },
  {
    id: "src/families/preluOp.ts [condition] if (weights.length === 1) return run(start, end, 0);",
    reason: "one weight for all is that of each channel",
  },
  {
    id: "src/args/labels.ts [condition] if (isInt32(x)) return true;",
    reason: "a tag that doesn't begin with Float tells the same, later",
  },
  {
    id: "src/families/sampling/topKOf.ts [number] if (given === undefined && k > 0)",
    reason: "the general road gives the same largest",
  },
  {
    id: "src/exec/fast.ts [number] kernel(BLOCK_IN, BLOCK_OUT, BLOCK / 4);",
    reason: "no more than 12 elements are copied by a loop, and so many are computed",
  },
  {
    id: "src/exec/rows/driver.ts [condition] else if (instance !== undefined && canRunResident(call) && call.prepare(instance)) runResident(call, instance); @9",
    reason: "arrays of an arena are copied where they need not be, which the counts of instructions tell apart",
  },
  {
    id: "src/args/broadcast.ts [operator] if (count > maxLoopFill)",
    reason: "both ways of filling give the same",
  },
  {
    id: "src/args/mask.ts [number] result.fill(1, row * columns,",
    reason: "any number but 0 is valid",
  },
];

export const equivalents: readonly Equivalent[] = [...ofKernels, ...ofSources];
