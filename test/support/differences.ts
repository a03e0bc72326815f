/** The gradient of a loss by parameters in float32, by central differences. */
export function gradientByDifferences(parameters: Float32Array, loss: () => number): Float32Array {
  const h = 2 ** -6;
  return parameters.map((kept, i) => {
    parameters[i] = kept + h;
    const above = loss();
    parameters[i] = kept - h;
    const below = loss();
    parameters[i] = kept;
    return (above - below) / (2 * h);
  });
}
