// Numbers that a page shows: most of their last digits hang on the backend, as the sum of the exponentials does.
import { softmax } from "lanewise";

/** The digits, all of them, of a softmax. */
export function numbers() {
  const logits = Float32Array.from({ length: 100 }, (_, i) => i * 0.1);
  return Array.from(softmax(logits), String).join(" ");
}
