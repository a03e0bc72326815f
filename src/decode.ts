import { offset } from "./generated/wasm.js";

/** The bytes of a module that is embedded as text (scripts/build.js). */
export function decode(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i) - offset;
  return bytes;
}
