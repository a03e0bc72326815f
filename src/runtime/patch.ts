/** One build of a module from the other, in Node, which reads both from a file (scripts/build/patch.ts). */

/**
 * The bytes that a patch makes of others.
 *
 * @param patch changes, one after the other: how many bytes stay, how many are left out, and how many come in their place, each as LEB128,
 *   and then these bytes; what is left behind the last change stays
 * @param length of the result
 */
export function applyPatch(from: Uint8Array, patch: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const to = new Uint8Array(length);
  let read = 0;
  let written = 0;
  let at = 0;
  const number = () => {
    let value = 0;
    let byte: number;
    let shift = 0;
    do {
      byte = patch[at++];
      value |= (byte & 127) << shift;
      shift += 7;
    } while (byte > 127);
    return value;
  };
  const take = (bytes: Uint8Array, start: number, count: number) => {
    // Views cost more than a few bytes.
    if (count > 8) to.set(bytes.subarray(start, start + count), written);
    else for (let i = 0; i < count; i++) to[written + i] = bytes[start + i];
    written += count;
  };
  while (at < patch.length) {
    const kept = number();
    const skipped = number();
    const added = number();
    take(from, read, kept);
    read += kept + skipped;
    take(patch, at, added);
    at += added;
  }
  take(from, read, length - written);
  return to;
}
