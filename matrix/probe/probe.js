// What every cell runs: a program as a user would write it, which says what it got. See check.ts for what is right.
import { backend, backends, relu, sample, sigmoid, softmax } from "lanewise";

/** The bits of a Float32Array. @param {Float32Array} values */
const bitsOf = (values) => Array.from(new Uint32Array(values.buffer, values.byteOffset, values.length));

/** Milliseconds; some engines have no clock but this. */
const now = () => (typeof performance === "object" ? performance.now() : Date.now());

export function probe() {
  const begun = now();
  const first = sigmoid(Float32Array.of(-1, 0.5, 3));
  const firstCall = now() - begun;
  const logits = Float32Array.from({ length: 1000 }, (_, i) => ((i * 7919) % 997) / 100);
  return {
    backend: backend(),
    reasons: backends().map(({ name, available, reason, fallbacks }) => ({ name, available, reason, fallbacks })),
    firstCall,
    sigmoid: bitsOf(first),
    relu: Array.from(relu(Float32Array.of(-1, 0, 2))),
    derivative: Array.from(sigmoid.derivative(Float64Array.of(0))),
    softmax: bitsOf(softmax(logits.subarray(0, 100), { shape: [10, 10] })).slice(0, 10),
    token: sample(logits, { topK: 40, topP: 0.9, random: () => 0.5 }),
  };
}
