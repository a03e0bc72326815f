/** What errors say to write instead of an object in which another library, or the platform, keeps numbers. */

/** What may be asked of an object, whichever it is. Whatever throws at that gets no advice. */
interface Unknown {
  readonly [member: string]: unknown;
  readonly [index: number]: { readonly flat?: unknown } | undefined;
}

/**
 * The end of an error: what to write instead of `x`, to have an array of `type`. For `out` that is only an array which the object
 * has itself: results that are written to a copy would be lost.
 *
 * Objects are known by members, since bundlers rename classes. Bundles of every function carry this: each case takes 10 to 20 bytes.
 */
export function hintFor(name: string, x: unknown, type = "Float32Array"): string {
  try {
    const way = wayTo(x as Unknown, name === "out");
    return way ? `: write ${way.replace(/\$/g, name).replace("T", type)}` : "";
  } catch {
    return "";
  }
}

/** The same, with $ for the name of the argument and T for the type. */
function wayTo(x: Unknown, isOut: boolean): string | false {
  const { data } = x;
  const first = x[0];
  if (isOut) return Boolean((data as Unknown | undefined)?.buffer) && "$.data";
  if (x.dataSync) return "$.dataSync()"; // TensorFlow.js, jax-js
  if (x.to1DArray) return "$.to1DArray()"; // ml-matrix
  if (x.getChannelData) return "$.getChannelData(0)"; // an AudioBuffer
  if (x.numCols) return "$.getChild(name).toArray()"; // a table of Arrow
  if (x.toArray) return "$.toArray()"; // Arrow's vectors, Math.js, numpy-ts
  if (x.then) return "await $";
  if (data) return x.pick ? "$.data, if it is no view" : "$.data"; // ndarray; tensors of ONNX Runtime, ImageData
  if (first?.flat) return "T.from($.flat(Infinity))";
  // An element; + refuses a bigint. A Buffer's bytes are seldom numbers of their own.
  if (+(first as unknown as number) === (first as unknown) && !x.swap16) return "T.from($)";
  return (
    (x.byteLength as number) >= 0 &&
    (x.buffer ? "new T($.buffer.slice($.byteOffset, $.byteOffset + $.byteLength))" : "new T($)")
  );
}
