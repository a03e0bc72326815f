/** What the calls of the table use. Made anew for each, since a call might write to it. */

import * as lanewise from "lanewise";

/** A view of a buffer that has been shrunk below its end. */
function shrunken(): Float32Array {
  const buffer = new ArrayBuffer(32, { maxByteLength: 64 });
  const view = new Float32Array(buffer, 16, 4);
  buffer.resize(16);
  return view;
}

function detach<A extends ArrayBufferView>(array: A): A {
  structuredClone(array.buffer, { transfer: [array.buffer as ArrayBuffer] });
  return array;
}

/** A class of bytes that says it is a Float32Array. */
class LyingBytes extends Uint8Array {
  override get [Symbol.toStringTag](): "Uint8Array" {
    return "Float32Array" as "Uint8Array";
  }
}

const freedArena = lanewise.createArena(64);
const freed = freedArena.float32(4);
freedArena.free();

/** The names that calls may use. */
export function makeContext(): Record<string, unknown> {
  const arena = lanewise.createArena(1024);
  return {
    ...lanewise,
    x: Float32Array.of(0.5, -1, 2, 0.25),
    y: Float32Array.of(0.1, 0.2, 0.3, 0.4),
    dy: Float32Array.of(1, -1, 0.5, 2),
    out: Float32Array.of(7, 7, 7, 7),
    bytes: Uint8Array.of(7, 7, 7, 7),
    mask: Uint8Array.of(1, 0, 1, 1),
    classes: Int32Array.of(1),
    tensor: { data: Float32Array.of(1, 2, 3, 4), dims: [4] },
    detached: detach(new Float32Array(4)),
    detachedBytes: detach(new Uint8Array(4)),
    shrunk: shrunken(),
    lyingBytes: new LyingBytes(16),
    freed,
    freedArena,
    arena,
  };
}
