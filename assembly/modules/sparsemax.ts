/** sparsemax and its gradient. */

export { findMax } from "../rows/argmax";
export {
  beginSparsemax,
  newtonStep,
  project,
  sparsemax,
  sparsemaxBackward,
  sparsemaxGradient,
  sumGradient,
  sumSupport,
} from "../rows/sparsemax";
