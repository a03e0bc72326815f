/** The kernels of topK, sample and samplers, which run over all logits. */

export {
  countPossible,
  findAbove,
  maxLogit,
  sumDeviations,
  sumWeightedLogits,
  sumWeights,
  sumWeightsFast,
} from "../sampling/logits";
