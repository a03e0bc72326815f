// @ts-check

/**
 * A dense layer: y = x W + b for a batch of rows, its gradients, and the step of gradient descent. All numbers are
 * float32, all matrices in C order; W has one row per input.
 */
export class Dense {
  /**
   * @param {number} inputs
   * @param {number} outputs
   * @param {() => number} random numbers in [0, 1) for the initial weights
   */
  constructor(inputs, outputs, random) {
    this.inputs = inputs;
    this.outputs = outputs;
    // Glorot and Bengio (2010): a uniform range that keeps the variance of activations and gradients from layer to layer.
    const limit = Math.sqrt(6 / (inputs + outputs));
    this.weights = Float32Array.from({ length: inputs * outputs }, () => (2 * random() - 1) * limit);
    this.bias = new Float32Array(outputs);
    this.weightsGradient = new Float32Array(inputs * outputs);
    this.biasGradient = new Float32Array(outputs);
    this.weightsVelocity = new Float32Array(inputs * outputs);
    this.biasVelocity = new Float32Array(outputs);
    this.transposed = new Float32Array(inputs * outputs);
  }

  /**
   * y = x W + b
   *
   * @param {Float32Array} x rows × inputs
   * @param {Float32Array} y rows × outputs, written
   * @param {number} rows
   */
  forward(x, y, rows) {
    const { inputs, outputs, weights, bias } = this;
    for (let row = 0; row < rows; row++) y.set(bias, row * outputs);
    addProduct(y, x, inputs, 1, weights, rows, inputs, outputs);
  }

  /**
   * The gradients with respect to the weights (xᵀ dy) and the bias (the sum of dy's rows).
   *
   * @param {Float32Array} x rows × inputs: what `forward` was given
   * @param {Float32Array} dy rows × outputs: the gradient of the loss with respect to y
   * @param {number} rows
   */
  backwardWeights(x, dy, rows) {
    const { inputs, outputs, weightsGradient, biasGradient } = this;
    weightsGradient.fill(0);
    addProduct(weightsGradient, x, 1, inputs, dy, inputs, rows, outputs);
    biasGradient.fill(0);
    for (let i = 0; i < rows * outputs; i++) biasGradient[i % outputs] += dy[i];
  }

  /**
   * The gradient with respect to the input: dx = dy Wᵀ
   *
   * @param {Float32Array} dy rows × outputs: the gradient of the loss with respect to y
   * @param {Float32Array} dx rows × inputs, written
   * @param {number} rows
   */
  backwardInput(dy, dx, rows) {
    const { inputs, outputs, weights, transposed } = this;
    for (let i = 0; i < inputs; i++) {
      for (let j = 0; j < outputs; j++) transposed[j * inputs + i] = weights[i * outputs + j];
    }
    dx.fill(0, 0, rows * inputs);
    addProduct(dx, dy, outputs, 1, transposed, rows, outputs, inputs);
  }

  /**
   * A step of gradient descent with momentum.
   *
   * @param {number} rate
   * @param {number} momentum how much of the last step is kept, in [0, 1)
   */
  update(rate, momentum) {
    descend(this.weights, this.weightsGradient, this.weightsVelocity, rate, momentum);
    descend(this.bias, this.biasGradient, this.biasVelocity, rate, momentum);
  }
}

/**
 * C += A B for A of m × k, B of k × n, C of m × n.
 *
 * Row i of C is the sum of B's rows, each times its element of A's row i. Elements of A that are zero are skipped: four
 * of five pixels are. Taking four rows of B at a time saves three of four loads and stores of C.
 *
 * @param {Float32Array} c
 * @param {Float32Array} a element (i, j) lies at i * rowStride + j * columnStride, so that it may be a transposed matrix
 * @param {number} rowStride
 * @param {number} columnStride
 * @param {Float32Array} b
 * @param {number} m
 * @param {number} k
 * @param {number} n
 */
function addProduct(c, a, rowStride, columnStride, b, m, k, n) {
  if (starts.length < k + 3) {
    factors = new Float32Array(k + 3);
    starts = new Int32Array(k + 3);
  }
  for (let row = 0; row < m; row++) {
    let count = 0;
    for (let column = 0; column < k; column++) {
      const factor = a[row * rowStride + column * columnStride];
      if (factor === 0) continue;
      factors[count] = factor;
      starts[count] = column * n;
      count++;
    }
    for (; count % 4 !== 0; count++) factors[count] = starts[count] = 0;
    const out = row * n;
    for (let at = 0; at < count; at += 4) {
      const f0 = factors[at];
      const f1 = factors[at + 1];
      const f2 = factors[at + 2];
      const f3 = factors[at + 3];
      const b0 = starts[at];
      const b1 = starts[at + 1];
      const b2 = starts[at + 2];
      const b3 = starts[at + 3];
      for (let j = 0; j < n; j++) c[out + j] += f0 * b[b0 + j] + f1 * b[b1 + j] + f2 * b[b2 + j] + f3 * b[b3 + j];
    }
  }
}
// The elements of one row of A that are not zero, and where the rows of B begin that they multiply: kept between calls.
let factors = new Float32Array(0);
let starts = new Int32Array(0);

/**
 * @param {Float32Array} parameters
 * @param {Float32Array} gradient
 * @param {Float32Array} velocity
 * @param {number} rate
 * @param {number} momentum
 */
function descend(parameters, gradient, velocity, rate, momentum) {
  for (let i = 0; i < parameters.length; i++) {
    velocity[i] = momentum * velocity[i] - rate * gradient[i];
    parameters[i] += velocity[i];
  }
}
