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
];

const cutOffs =
  "(maxLoopCopy|maxLoopCopyOfPart|maxScalar\\w+|maxCopyBeforeLookup|maxFastLoss|minColumnStride|minResidentRun|minUnfilled|MAX_SORTED_AT_ONCE)";

const ofSources: readonly Equivalent[] = [
  {
    id: new RegExp(`^src/.* \\[operator\\] .*\\b${cutOffs}\\b.* [<>]=? -> [<>]=?( #\\d+)?$`),
    reason: "a cut-off between two ways to the same bits, moved by one",
  },
  {
    id: /^src\/(exec\/fast|exec\/rows\/fast|families\/crossEntropyLoss|families\/sigmoidCrossEntropyOp)\.ts \[condition\] if \(.*\) return undefined; .* -> true/,
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
];

export const equivalents: readonly Equivalent[] = [...ofKernels, ...ofSources];
