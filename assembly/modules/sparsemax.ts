/** sparsemax, 1.5-entmax and their gradients. */

export { findMax } from "../rows/argmax";
export { entmax, entmaxBackward, sparsemax, sparsemaxBackward } from "../rows/sparsemax";
export {
  beginEntmax,
  beginSparsemax,
  newtonStep,
  project,
  sparsemaxGradient,
  sumGradient,
  sumSupport,
} from "../rows/sparsemaxPasses";
