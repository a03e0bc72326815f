/** The kernels of topK and sample, which run over all logits. */

export { findAbove, maxLogit, sumWeights, sumWeightsFast } from "../sampling/logits";
