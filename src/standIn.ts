/**
 * The loader makes a decoder of UTF-16 when it is imported, for strings, of which the kernels have none. Where the engine
 * has no such decoder (an AudioWorklet, React Native, Jest's jsdom), one that does nothing stands in while it is imported.
 * So this must be imported before it.
 */

const own = Object.getOwnPropertyDescriptor(globalThis, "TextDecoder");
const stands = !decodesUtf16();

if (stands) Object.defineProperty(globalThis, "TextDecoder", { value: function () {}, configurable: true });

function decodesUtf16(): boolean {
  try {
    new TextDecoder("utf-16le", { fatal: true });
    return true;
  } catch {
    return false;
  }
}

/** Puts back what was there, once the loader has been imported. */
export function standDown(): void {
  if (!stands) return;
  if (own === undefined) Reflect.deleteProperty(globalThis, "TextDecoder");
  else Object.defineProperty(globalThis, "TextDecoder", own);
}
