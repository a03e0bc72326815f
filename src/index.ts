/**
 * The nonlinear functions of neural networks over typed arrays.
 *
 * Importing this does no work; the first call of a function compiles its kernels.
 */

export type { DType, FloatArray, NewArray, SameType } from "./args/dtype.js";
export type { Labels } from "./args/labels.js";
export type { OutOption, OutOr } from "./args/options.js";
export type { Parameter } from "./args/parameters.js";
export type {
  AttentionSoftmax,
  AttentionSoftmaxGradientOptions,
  AttentionSoftmaxOptions,
  BiasGradientOptions,
  ScoreOptions,
} from "./families/attention.js";
export type {
  SoftmaxCrossEntropy,
  SoftmaxCrossEntropyGradientOptions,
  SoftmaxCrossEntropyOptions,
} from "./families/losses/crossEntropy.js";
export type { ElementLoss, ElementLossGradientOptions, ElementLossOptions } from "./families/losses/elementLoss.js";
export type {
  Crossing,
  Elementwise,
  ElementwiseBackward,
  ElementwiseCall,
  ElementwiseDefinition,
  ElementwiseOptions,
  ErrorBound,
  Family,
  ParametersOf,
} from "./families/elementwise.js";
export type { Gated, GatedDefinition, GatedOptions } from "./families/gated.js";
export type {
  KlDivergence,
  KlDivergenceGradient,
  KlDivergenceGradientOptions,
  KlDivergenceOptions,
  KlReduction,
} from "./families/losses/klDivergence.js";
export type { Prelu, PreluCall, PreluOptions } from "./families/prelu.js";
export type { Reduction } from "./families/losses/reduction.js";
export type { LossDefinition, RowLoss, RowLossGradientOptions, RowLossOptions } from "./families/losses/rowLoss.js";
export type {
  MaskedFunction,
  MaskedOptions,
  RowDefinition,
  RowOptions,
  SoftmaxFunction,
  SoftmaxGradientOptions,
  SoftmaxOptions,
} from "./families/rows.js";
export type { Rrelu, RreluGradientOptions, RreluOptions, RreluParameters } from "./families/rrelu.js";
export type {
  ElementLossDefinition,
  SigmoidCrossEntropy,
  SigmoidCrossEntropyGradientOptions,
  SigmoidCrossEntropyOptions,
} from "./families/losses/sigmoidCrossEntropy.js";
export type { Xlogy, XlogyDefinition, XlogyGradient } from "./families/xlogy.js";
export { functions } from "./functions.js";
export * from "./ops/index.js";
export { type Arena, createArena } from "./runtime/arena.js";
export {
  backend,
  type BackendChoice,
  type BackendInfo,
  type BackendName,
  backends,
  type ModuleSource,
  ready,
  useBackend,
} from "./runtime/backends.js";
