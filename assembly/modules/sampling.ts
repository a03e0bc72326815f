/** The kernels of topK, sample and samplers, which run over all logits. */

export {
  countAbove,
  findAbove,
  maxLogit,
  sumDeviations,
  sumWeightedLogits,
  sumWeights,
  sumWeightsFast,
} from "../sampling/logits";
