/** What topK and sample need of all logits. */

export { findAbove, maxLogit, sumWeights, sumWeightsFast } from "../sampling/logits";
