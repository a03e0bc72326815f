/**
 * A file of numbers that says itself what is in it: the length of a header, the header as JSON, then arrays one behind the other. All
 * numbers are little-endian, as typed arrays are wherever pages run.
 */

/** The bytes of a file. */
export function pack(header: object, arrays: readonly ArrayBufferView[]): Uint8Array<ArrayBuffer> {
  let json = JSON.stringify(header);
  // Blanks, so that the arrays begin at an address that suits them.
  const encoder = new TextEncoder();
  while (encoder.encode(json).length % 4 !== 0) json += " ";
  const text = encoder.encode(json);
  const parts = [Uint32Array.of(text.length), text, ...arrays];
  const bytes = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return bytes;
}

/** The header of a file, which is what `pack` was given, and where its arrays begin. */
export function unpack(buffer: ArrayBuffer): { header: unknown; begin: number } {
  const length = new DataView(buffer).getUint32(0, true);
  return { header: JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length))), begin: 4 + length };
}
