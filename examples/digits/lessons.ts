/** What the report says of each function. */

import type { Elementwise } from "lanewise";
import type { Summary } from "../../scripts/summaries.js";
import { short } from "../../src/plot/options.js";
import { DOMAIN } from "./figures.js";

/** What the functions that everyone starts from are: all that is said of them. */
const lessons: Readonly<Record<string, string>> = {
  step: `1 above 0, else 0: a neuron that fires or is silent, as in the first models of the 1940s. Its derivative is 0
wherever there is one, so gradient descent learns nothing through it.`,
  sigmoid: `1 / (1 + exp(−x)): a smooth step from 0 to 1 that can be read as a probability. Its derivative is largest at 0,
where it is 0.25, and nearly 0 at both ends: there a unit hardly learns.`,
  tanh: `A sigmoid stretched to run from −1 to 1: tanh(x) = 2 sigmoid(2x) − 1. It is centred on 0 and its derivative
reaches 1, four times that of sigmoid.`,
  relu: `x above 0, else 0. Where x is positive the derivative is 1, so gradients pass unchanged, and it costs a single
comparison. At 0 the derivative is taken to be 0.`,
  exp: `The function that is its own derivative, so that the two lines are one, and the numerator of softmax. It grows out of
the range of float32 above x = 88.7.`,
};

/** What to see in the pictures of the others. `{lowest}` and `{steepest}` stand for the places of these points, with their values. */
const sights: Readonly<Record<string, string>> = {
  celu: `Left of 0 it levels off at −alpha. With this alpha it is elu; with another, its derivative still has no jump.`,
  elu: `Left of 0 it levels off at −alpha, so that the mean of a layer stays nearer 0 than with relu. Where it is level, the
derivative is 0, and little is learned.`,
  entr: `What an outcome of probability x adds to the entropy: highest at 1/e, about 0.37, nothing at 0 and 1, since what never or
always happens surprises nobody. Left of 0 there is nothing, or -Infinity by definition.`,
  erf: `An S like that of tanh, but steeper at 0, and level sooner.`,
  erfc: `1 − erf(x), the S turned round: from 2 on the left to 0 on the right, where it keeps the digits that the difference loses.`,
  erfcx: `erfc with its exponential decay taken out: on the right it falls like 1/x, where erfc itself is soon too small, and on the
left it grows like 2e^x².`,
  expm1: `The curve of exp moved down by 1, so that it passes through 0: there it keeps the digits that exp(x) − 1 loses.`,
  gelu: `Close to relu, but smooth: see the dip, to {lowest}, and the derivative, which goes above 1 (to {steepest}).`,
  hardSigmoid: `Three straight pieces in the place of sigmoid's S. The derivative is one level piece between −3 and 3, and 0
beyond.`,
  hardSwish: `Three pieces in the place of silu: 0, a parabola with its lowest point {lowest}, and x.`,
  hardshrink: `Small values become 0, all others pass unchanged: see the jumps at ±lambd.`,
  hardtanh: `Three straight pieces in the place of tanh. The derivative is 1 or 0, with nothing between.`,
  leakyRelu: `Like relu, but left of 0 it still falls, too little to be seen here: enough for a unit to recover that is never
above 0.`,
  log: `The inverse of exp. Towards 0 it falls, and its derivative grows, without an end; left of 0 there is nothing.`,
  log1p: `The curve of log moved left by 1, so that it passes through 0: there it keeps the digits that log(1 + x) loses.`,
  log1mexp: `The logarithm of the probability that something does not happen whose own logarithm is −x. Towards 0 it falls without
an end; left of 0 there is nothing.`,
  logNdtr: `Nearly −x²/2 on the left, where ndtr itself would be too small, and nearly 0 on the right.`,
  logSigmoid: `Nearly x on the left, nearly 0 on the right. Minus this is the loss of a unit that ought to say 1; the
derivative says that only wrong answers teach.`,
  logit: `The inverse of sigmoid, between 0 and 1 alone: from a probability back to the number. Its derivative is nowhere less
than 4, and so is above this picture.`,
  mish: `A smooth relu much like silu: see the dip, to {lowest}. Its derivative goes above 1 (to {steepest}).`,
  ndtr: `The S of the normal distribution, the factor of x in gelu. Its derivative is the bell.`,
  prelu: `A leaky relu whose slope left of 0 the network learns itself.`,
  quickGelu: `Sigmoid in the place of gelu's normal distribution: the same shape, with its dip to {lowest}.`,
  relu6: `On this picture it is relu. From x = 6 on it is level, so that numbers of low precision can hold it.`,
  rrelu: `A leaky relu. In training the slope left of 0 is drawn anew for each element; here it is the mean of these slopes.`,
  selu: `An elu scaled so that layers keep a mean of 0 and a variance of 1. See the derivative jump at 0: the curve has a corner.`,
  silu: `x times its own sigmoid, a smooth relu: see the dip, to {lowest}, where the derivative changes its sign.`,
  softplus: `A relu whose corner is rounded. Its derivative is sigmoid.`,
  softshrink: `Small values become 0, all others come nearer to 0 by lambd: other than hardshrink it has no jump, but its derivative
has.`,
  softsign: `An S like that of tanh that takes its time: at the ends of this picture it is still a fifth away from ±1.`,
  sparsePlus: `A relu whose corner is a piece of a parabola between −1 and 1: exactly 0 left of it, exactly x right of it.`,
  sparseSigmoid: `Three straight pieces, from 0 at −1 to 1 at 1: the derivative of sparsePlus, as sigmoid is that of softplus.`,
  squareplus: `A relu whose corner is rounded, as softplus is, with nothing dearer than a root.`,
  swish: `A silu with a factor before x. With this beta it is silu; with a larger one it comes closer to relu.`,
  tanhshrink: `What tanh leaves of x: nothing to speak of around 0, and on both sides a line one off x.`,
  threshold: `With these parameters it is relu. With a threshold above 0 it jumps there.`,
  thresholdedRelu: `0 up to alpha, from there on x: see the jump. The derivative is 0 or 1.`,
};

/**
 * The lesson of a function; for one that has none, what it is called, its formula, and what is to be seen.
 *
 * @returns a text in which code stands between backticks
 */
export function describe({ definition, defaults }: Elementwise, { what, formula }: Summary): string {
  const { name } = definition;
  if (Object.hasOwn(lessons, name)) return lessons[name];
  const given = Object.entries(defaults).flatMap(([key, value]) => {
    return typeof value === "number" ? [`${key} = ${short(value)}`] : [];
  });
  const sight = Object.hasOwn(sights, name) ? sights[name] : "";
  const seen = sight
    .replace("{lowest}", () => extreme((x) => definition.value(x, defaults), -1))
    .replace("{steepest}", () => extreme((x) => definition.derivative(x, defaults), 1));
  return `${what}, ${formula}${given.length > 0 ? ` with ${given.join(" and ")}` : ""}. ${seen}`;
}

/** The point of the picture where a function is largest (sign 1) or smallest (sign -1). */
function extreme(f: (x: number) => number, sign: 1 | -1): string {
  const [from, to] = DOMAIN;
  let at: number = from;
  for (let i = 1; i <= 8000; i++) {
    const x = from + ((to - from) * i) / 8000;
    if (sign * f(x) > sign * f(at)) at = x;
  }
  return `${short(f(at))} at x = ${short(at)}`;
}
