/** Adam, the optimiser of Kingma and Ba (https://arxiv.org/abs/1412.6980), and the clipping of gradients before it. */

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** An array that is learned, and the gradient of the loss by it. */
export interface Learned {
  readonly parameters: Float32Array;
  readonly gradient: Float32Array;
}

export class Adam {
  readonly #learned: readonly Learned[];
  /** Running means of the gradients and of their squares. */
  readonly #means: readonly Float32Array[];
  readonly #squares: readonly Float32Array[];
  /** What these means lack, since they begin at 0: 1 - beta^steps is what they have. */
  #power1 = 1;
  #power2 = 1;

  constructor(learned: readonly Learned[]) {
    this.#learned = learned;
    this.#means = learned.map(({ parameters }) => new Float32Array(parameters.length));
    this.#squares = learned.map(({ parameters }) => new Float32Array(parameters.length));
  }

  /**
   * A step against the gradients.
   *
   * @param rate
   * @param limit the gradients are scaled down to this norm where theirs is larger: recurrent networks have steep places
   */
  step(rate: number, limit: number): void {
    let sum = 0;
    for (const { gradient } of this.#learned)
      for (let i = 0; i < gradient.length; i++) sum += gradient[i] * gradient[i];
    const scale = Math.min(1, limit / Math.sqrt(sum));
    this.#power1 *= BETA1;
    this.#power2 *= BETA2;
    const rate1 = rate / (1 - this.#power1);
    const factor2 = 1 / (1 - this.#power2);
    this.#learned.forEach(({ parameters, gradient }, at) => {
      const [means, squares] = [this.#means[at], this.#squares[at]];
      for (let i = 0; i < parameters.length; i++) {
        const slope = scale * gradient[i];
        means[i] = BETA1 * means[i] + (1 - BETA1) * slope;
        squares[i] = BETA2 * squares[i] + (1 - BETA2) * slope * slope;
        parameters[i] -= (rate1 * means[i]) / (Math.sqrt(factor2 * squares[i]) + EPSILON);
      }
    });
  }
}
