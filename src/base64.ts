/** The bytes that a base64 text stands for. Not every runtime has `atob` (Hermes, QuickJS) or `Uint8Array.fromBase64`. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const values = new Uint8Array(128);
  for (let i = 0; i < 64; i++) values[alphabet.charCodeAt(i)] = i;
  const bytes = new Uint8Array((text.length >> 2) * 3 - (text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0));
  for (let from = 0, to = 0; from < text.length; from += 4) {
    let bits = 0;
    for (let i = 0; i < 4; i++) bits = (bits << 6) | values[text.charCodeAt(from + i)];
    bytes[to++] = bits >> 16;
    bytes[to++] = bits >> 8;
    bytes[to++] = bits;
  }
  return bytes;
}
