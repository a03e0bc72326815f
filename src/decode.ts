import { first, lead, offset } from "./generated/wasm.js";

/** The bytes of a module that is embedded as text (scripts/build.js). */
export function decode(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code >= lead) code = (code - lead) * 64 + text.charCodeAt(++i) - first;
    bytes[count++] = code - offset;
  }
  return bytes.subarray(0, count);
}
