/** Mutants made by hand: mistakes that one would make, and that no rule of this folder does. */

import type { TableEntry } from "./table.js";

type Change = readonly [kind: string, text: string, replacement: string];

function of(file: string, changes: readonly Change[]): TableEntry[] {
  return changes.map(([kind, text, replacement]) => ({ file, kind, text, replacement }));
}

const kernels = "assembly/elementwise/kernels";

const elementwise = [
  ...of(`${kernels}/celu.alpha.ts`, [
    [
      "wrong constant",
      "expm1OverRate<T>(r, parameter<T>(Parameter.rate))",
      "expm1OverRate<T>(r, parameter<T>(Parameter.alpha))",
    ],
    ["lost part", "zero(), false);\n    return select", "alpha, true);\n    return select"],
  ]),
  ...of(`${kernels}/elu.alpha.ts`, [["lost sign", "v128.xor(x, alpha)", "x"]]),
  ...of(`${kernels}/erf.ts`, [
    ["digits", "1.4142135623730951", "1.4142135623730950"],
    [
      "lost part",
      "const low = mulAdd<T>(h, p, constant<T>(LEADING_ERROR_F32, LEADING_ERROR_F64));",
      "const low = v128.mul<T>(h, p);",
    ],
    [
      "lost part",
      "v128.sub<T>(remainder<T>(y, biased, magicBiasUp<T>()), twoSquareError<T>(a, square))",
      "remainder<T>(y, biased, magicBiasUp<T>())",
    ],
    ["bound", "const SPLIT_F32 = memory.data<f32>([0.9375])", "const SPLIT_F32 = memory.data<f32>([1.25])"],
    ["bound", "SPLIT_F64 = memory.data<f64>([0.875])", "SPLIT_F64 = memory.data<f64>([1.25])"],
    [
      "lost sign",
      "copySign<T>(select<T>(nearZero<T>(a, square), farFromZero<T>(a, square), isNear), x)",
      "select<T>(nearZero<T>(a, square), farFromZero<T>(a, square), isNear)",
    ],
  ]),
  ...of(`${kernels}/exp.ts`, [
    ["bound", "const OVERFLOW_F32 = memory.data<f32>([89])", "const OVERFLOW_F32 = memory.data<f32>([88])"],
    ["bound", "OVERFLOW_F64 = memory.data<f64>([710])", "OVERFLOW_F64 = memory.data<f64>([709])"],
    ["bound", "const FAST_LIMIT_F32 = memory.data<f32>([64])", "const FAST_LIMIT_F32 = memory.data<f32>([90])"],
    ["bound", "FAST_LIMIT_F64 = memory.data<f64>([64])", "FAST_LIMIT_F64 = memory.data<f64>([760])"],
  ]),
  ...of(`${kernels}/expm1.ts`, [
    ["lost sign", "return copySign<T>(result, x);", "return result;"],
    ["digits", "254 << 23", "253 << 23"],
    ["digits", "2046 << 52", "2045 << 52"],
  ]),
  ...of(`${kernels}/gelu.tanh.ts`, [
    ["lost part", "return mulAdd<T>(x, wError, twoProductError<T>(x, w, t));", "return twoProductError<T>(x, w, t);"],
    ["lost part", "mulSigmoid<T>(y, t, errorOf<T>(y, w, t), true)", "mulSigmoid<T>(y, t, errorOf<T>(y, w, t), false)"],
    [
      "lost part",
      "mulSigmoidDerivative<T>(t, tError, g, gError, true)",
      "mulSigmoidDerivative<T>(t, tError, g, gError, false)",
    ],
    ["bound", "const SATURATION_F32 = memory.data<f32>([7])", "const SATURATION_F32 = memory.data<f32>([4])"],
  ]),
  ...of(`${kernels}/gelu.ts`, [
    [
      "lost part",
      "minusHalf<T>(twoSquareError<T>(a, square)), true)",
      "minusHalf<T>(twoSquareError<T>(a, square)), false)",
    ],
    [
      "lost sign",
      "return copySign<T>(v128.sub<T>(positive, weightedTail<T>(x, Tail.TimesA)), x);",
      "return v128.sub<T>(positive, weightedTail<T>(x, Tail.TimesA));",
    ],
  ]),
  ...of(`${kernels}/hardSigmoid.ts`, [["lost NaN", "propagateNaN<T>(sixth<T>(), x)", "sixth<T>()"]]),
  ...of(`${kernels}/hardshrink.ts`, [["lost NaN", "propagateNaN<T>(one<T>(), x)", "one<T>()"]]),
  ...of(`${kernels}/hardtanh.ts`, [["lost NaN", "propagateNaN<T>(one<T>(), x)", "one<T>()"]]),
  ...of(`${kernels}/leakyRelu.ts`, [
    ["lost part", "clampMin<T>(x, min)", "x"],
    ["lost NaN", "propagateNaN<T>(one<T>(), x)", "one<T>()"],
  ]),
  ...of(`${kernels}/log.ts`, [
    ["digits", "memory.data<f32>([16777216.0])", "memory.data<f32>([8388608.0])"],
    ["lost part", "v128.sub<T>(logExponent<T>(normal), added)", "logExponent<T>(normal)"],
    ["bound", "1.1754943508222875e-38", "1.1754942106924411e-38"],
  ]),
  ...of(`${kernels}/log1p.ts`, [
    [
      "lost part",
      "logExponent<T>(sum), f, w, v128.div<T>(sumError, sum), true)",
      "logExponent<T>(sum), f, w, v128.div<T>(sumError, sum), false)",
    ],
    ["lost part", "v128.div<T>(sumError, sum)", "sumError"],
  ]),
  ...of(`${kernels}/logit.ts`, [
    [
      "lost sign",
      "v128.add<T>(clampMin<T>(smaller, parameter<T>(Parameter.eps)), zero())",
      "clampMin<T>(smaller, parameter<T>(Parameter.eps))",
    ],
    ["lost part", "v128.div<T>(sumError, sum), true)", "v128.div<T>(sumError, sum), false)"],
  ]),
  ...of(`${kernels}/mish.ts`, [
    ["lost part", "correction = negMulAdd<T>(rError, negDerivativeByR, correction);", ""],
    ["lost part", "correction = mulAdd<T>(eUpError, v128.mul<T>(sum, invR), correction);", ""],
    ["bound", "const SPLIT_F32 = memory.data<f32>([-0.4])", "const SPLIT_F32 = memory.data<f32>([0])"],
  ]),
  ...of(`${kernels}/quickGelu.ts`, [
    [
      "digits",
      "const BETA_ERROR_F32 = memory.data<f32>([-2.1934509319976314e-8])",
      "const BETA_ERROR_F32 = memory.data<f32>([0])",
    ],
    ["bound", "const SATURATION_F32 = memory.data<f32>([23])", "const SATURATION_F32 = memory.data<f32>([8])"],
    ["lost part", "siluDerivative<T>(t, errorOf<T>(y, t), true)", "siluDerivative<T>(t, errorOf<T>(y, t), false)"],
  ]),
  ...of(`${kernels}/selu.ts`, [["lost part", "scaleAlpha<T>(), error, true)", "scaleAlpha<T>(), error, false)"]]),
  ...of(`${kernels}/sigmoid.ts`, [
    ["bound", "const SATURATION_F32 = memory.data<f32>([40])", "const SATURATION_F32 = memory.data<f32>([16])"],
    ["bound", "const UNDERFLOW_F32 = memory.data<f32>([-104])", "const UNDERFLOW_F32 = memory.data<f32>([-103])"],
    ["lost part", "mulAddSigned<T>(s, p, sumError, negative)", "v128.mul<T>(s, p)"],
  ]),
  ...of(`${kernels}/silu.ts`, [
    ["bound", "const UNDERFLOW_F32 = memory.data<f32>([-109])", "const UNDERFLOW_F32 = memory.data<f32>([-104])"],
    ["bound", "const SATURATION_F32 = memory.data<f32>([40])", "const SATURATION_F32 = memory.data<f32>([14])"],
  ]),
  ...of(`${kernels}/softplus.beta.ts`, [
    ["lost part", "twoProductError<T>(y, beta, t), true)", "twoProductError<T>(y, beta, t), false)"],
  ]),
  ...of(`${kernels}/softsign.ts`, [
    [
      "lost sign",
      "copySign<T>(v128.div<T>(magnitude, v128.add<T>(magnitude, one<T>())), x)",
      "v128.div<T>(magnitude, v128.add<T>(magnitude, one<T>()))",
    ],
  ]),
  ...of(`${kernels}/squareplus.ts`, [
    [
      "lost part",
      "v128.pmax<T>(v128.sqrt<T>(mulAdd<T>(bounded, bounded, parameter<T>(Parameter.b))), a)",
      "v128.sqrt<T>(mulAdd<T>(bounded, bounded, parameter<T>(Parameter.b)))",
    ],
    ["bound", "3.4028234663852886e38", "3.4028232635611926e38"],
  ]),
  ...of(`${kernels}/step.ts`, [["lost NaN", "return propagateNaN<T>(zero(), x);", "return zero();"]]),
  ...of(`${kernels}/swish.ts`, [
    [
      "lost part",
      "twoProductError<T>(y, parameter<T>(Parameter.beta), t), true)",
      "twoProductError<T>(y, parameter<T>(Parameter.beta), t), false)",
    ],
  ]),
  ...of(`${kernels}/tanh.ts`, [
    ["bound", "const SATURATION_F32 = memory.data<f32>([-20])", "const SATURATION_F32 = memory.data<f32>([-16])"],
    ["lost sign", "v128.or(result, v128.and(x, signBit<T>()))", "result"],
  ]),
  ...of(`${kernels}/tanhshrink.ts`, [
    [
      "lost part",
      "const bracketError = v128.add<T>(sumError, constant<T>(THIRD_ERROR_F32, THIRD_ERROR_F64));",
      "const bracketError = sumError;",
    ],
    ["lost part", "v128.add<T>(low, twoProductError<T>(h, bracket, product))", "low"],
  ]),
  ...of(`${kernels}/threshold.ts`, [["lost NaN", "propagateNaN<T>(one<T>(), x)", "one<T>()"]]),
  ...of("assembly/elementwise/log1pExp.ts", [
    [
      "lost part",
      "const low = v128.add<T>(correction, v128.and(isHalved, constant<T>(LN2_ERROR_F32, LN2_ERROR_F64)));",
      "const low = correction;",
    ],
  ]),
  ...of("assembly/elementwise/mulSigmoid.ts", [
    ["lost part", "if (hasErrors) numeratorError = mulAdd<T>(eUp, gError, numeratorError);", ""],
    [
      "lost sign",
      "select<T>(quotient, v128.add<T>(quotient, correction), v128.eq<T>(quotient, zero()))",
      "v128.add<T>(quotient, correction)",
    ],
  ]),
  ...of("assembly/elementwise/scaledExpm1.ts", [
    ["lost part", "let low = mulAdd<T>(factor, p, error);", "let low = v128.mul<T>(factor, p);"],
  ]),
  ...of("assembly/elementwise/sigmoidCrossEntropy.ts", [
    ["wrong constant", "weightOfNegAbs, parameter<T>(Parameter.factor)", "weightOfNegAbs, one<T>()"],
    ["wrong constant", "weightOfAbs, parameter<T>(Parameter.factor)", "weightOfAbs, one<T>()"],
  ]),
  ...of("assembly/elementwise/sum.ts", [["lost part", "total += f64x2", "total = f64x2"]]),
];

const shared = [
  ...of("assembly/simd/exp.ts", [
    [
      "wrong constant",
      "constant<T>(MAGIC_BIAS_DOWN_F32, MAGIC_BIAS_DOWN_F64)",
      "constant<T>(MAGIC_BIAS_F32, MAGIC_BIAS_F64)",
    ],
    ["digits", "memory.data<f32>([0.693145751953125])", "memory.data<f32>([0.69314718055994530942])"],
    [
      "digits",
      "memory.data<f64>([0.69314718055966295651160180568695068359375])",
      "memory.data<f64>([0.6931471805599453])",
    ],
    ["lost part", "expm1Polynomial<T>(hasLow ? v128.add<T>(r, low) : r)", "expm1Polynomial<T>(r)"],
  ]),
  ...of("assembly/simd/log.ts", [
    [
      "bound",
      "v128.lt<T>(x, constant<T>(INFINITY_F32, INFINITY_F64))",
      "v128.le<T>(x, constant<T>(INFINITY_F32, INFINITY_F64))",
    ],
    ["digits", "0x80000000 + 0x7f7fffff - 0x00800000", "0x80000000 + 0x7f800000 - 0x00800000"],
  ]),
  ...of("assembly/simd/normal.ts", [
    ["bound", "const SPLIT = memory.data<f64>([1])", "const SPLIT = memory.data<f64>([1.5])"],
    ["wrong constant", "polynomialAfter(ONE, a, Q_F32, 5)", "polynomialAfter(ONE_HALF, a, Q_F32, 5)"],
  ]),
];

const rows = [
  ...of("assembly/rows/argmax.ts", [
    ["tail", "const b = x + min(bytes, toLast);", "const b = x + bytes;"],
    ["lost NaN", "if (v128.all_true<i32>(isNumber)) return;", "return;"],
    ["tail", "maxIndex - written < <u64>n", "maxIndex - written <= <u64>n"],
  ]),
  ...of("assembly/rows/passes.ts", [
    ["lost part", "sum += addLanes<T>(partial) - addLanes<T>(compensation);", "sum += addLanes<T>(partial);"],
    ["tail", "invSum = sum == 0 ? 1 : 1 / sum;", "invSum = 1 / sum;"],
    ["bound", "bytes > BLOCK && allowsFastTerm", "allowsFastTerm"],
  ]),
  ...of("assembly/rows/gradients.ts", [
    ["tail", "return promoteHalf<T>(v128.and(dy, isUnmasked<T>(y)), high);", "return promoteHalf<T>(dy, high);"],
  ]),
  ...of("assembly/rows/mask.ts", [["tail", "load<u8>(mask) ? load<T>(x)", "load<u8>(mask) == 1 ? load<T>(x)"]]),
  ...of("assembly/rows/transpose.ts", [["tail", "return left > i ? bytes : 0;", "return bytes;"]]),
  ...of("assembly/rows/sparsemaxPasses.ts", [
    ["bound", "if (count >= support || count == 1) return 0;", "if (count == 1) return 0;"],
    ["lost NaN", "const ofFinite = maximum == maximum ? 0 : NaN;", "const ofFinite = 0;"],
  ]),
  ...of("assembly/rows/entmaxSearch.ts", [
    ["bound", "f64x2.splat(16)", "f64x2.splat(1e30)"],
    ["bound", "f64x2.le(exact, smallest)", "f64x2.le(exact, exact)"],
    ["wrong constant", "1.1102230246251565e-16", "1e-3"],
    ["tail", "store<f64>(free, -Infinity);", ""],
    ["lost part", "if (!addsUp) return;\n  }\n", "if (!addsUp) return;\n    free = CANDIDATES;\n  }\n"],
    ["bound", "max(threshold, thresholdOfCandidates())", "thresholdOfCandidates()"],
  ]),
  ...of("assembly/rows/supportBound.ts", [["wrong constant", "isSquared ? 2 * value : value", "value"]]),
  ...of("assembly/rows/columnSums.ts", [["lost part", "if (logarithmic && sizeof<T>() == 4) clearTerms(count);", ""]]),
  ...of("assembly/rows/columnLogSums.ts", [
    ["tail", "temperatureOf<T>() == 1 && !v128.any_true(isInfinite)", "temperatureOf<T>() == 1"],
  ]),
];

const sampling = of("assembly/sampling/logits.ts", [
  ["bound", "v128.and(power, f64x2.ge(y, minExponents))", "power"],
  ["lost NaN", "if (v128.any_true(isNaN)) return NaN;", ""],
  ["tail", "n; at += 16, x += 16 * sizeof<T>()", "n - 15; at += 16, x += 16 * sizeof<T>()"],
]);

export const handMade: readonly TableEntry[] = [...elementwise, ...shared, ...rows, ...sampling];
