/** Makes small modules of WebAssembly's text format. */

import { cached, packageVersion } from "./cache.js";

/** The module of a text. It takes binaryen 4 s to be loaded, so that it isn't unless the text has changed. */
export function assemble(text: string): Promise<Buffer> {
  return cached(["assemble", packageVersion("binaryen"), text], async () => {
    const { default: binaryen } = await import("binaryen");
    const module = binaryen.parseText(text);
    module.setFeatures(binaryen.Features.All);
    return module.emitBinary();
  });
}
