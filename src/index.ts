/**
 * The nonlinear functions of neural networks over typed arrays.
 *
 * Importing this does no work; the first call of a function compiles the kernels.
 */

export { type Arena, createArena } from "./arena.js";
export type { FloatArray } from "./arrays.js";
export { backend, type BackendInfo, backends, type ModuleSource, ready, useBackend } from "./backend.js";
export type {
  Crossing,
  Elementwise,
  ElementwiseCall,
  ElementwiseDefinition,
  ErrorBound,
  OutOption,
} from "./elementwise.js";
export { functions } from "./functions.js";
export type { Gated, GatedDefinition, GatedOptions, ParametersOf } from "./gated.js";
export type { BackendName } from "./instance.js";
export type {
  Reduction,
  SigmoidCrossEntropy,
  SigmoidCrossEntropyGradientOptions,
  SigmoidCrossEntropyOptions,
  SoftmaxCrossEntropy,
  SoftmaxCrossEntropyGradientOptions,
  SoftmaxCrossEntropyOptions,
} from "./losses.js";
export * from "./ops/index.js";
export type { Parameter } from "./parameters.js";
export type { Prelu, PreluCall, PreluOptions } from "./prelu.js";
export type {
  MaskedRowOptions,
  MaskedRowWise,
  RowDefinition,
  RowOptions,
  TemperedRowOptions,
  TemperedRowWise,
} from "./rows.js";
