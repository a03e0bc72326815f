/** Reads a binary file of test/golden, in Node and in browsers. */
export async function readFixture(name: string): Promise<ArrayBuffer> {
  const url = new URL(/* @vite-ignore */ `../golden/${name}`, import.meta.url);
  if (url.protocol === "file:") {
    const { readFile } = await import("node:fs/promises");
    const bytes = await readFile(url);
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.arrayBuffer();
}
