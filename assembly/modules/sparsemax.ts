/** sparsemax and its gradient. */

export { findMax } from "../rows/argmax";
export { sparsemax, sparsemaxBackward } from "../rows/sparsemax";
export {
  beginSparsemax,
  newtonStep,
  project,
  sparsemaxGradient,
  sumGradient,
  sumSupport,
} from "../rows/sparsemaxPasses";
