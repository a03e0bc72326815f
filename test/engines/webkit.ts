/** Vitest's provider for WebKitGTK. */

import { defineBrowserProvider } from "@vitest/browser";
import { WebKitDriver } from "./webkitDriver.js";

class WebKitGtk {
  name = "webkitgtk";
  supportsParallelism = false;
  /**
   * WebKit reserves 4 GiB of addresses for each of up to four WebAssembly memories at a time, out of the 64 GiB that all
   * arrays of a process share, and seldom finds 4 GiB together again where such a memory has been. The tests make hundreds:
   * they took 60 GiB, or at times all, and then arrays were out of memory. With one at a time they take 6; the other
   * memories have their bounds checked, as the fifth of a page always has.
   */
  readonly #driver = new WebKitDriver({ JSC_maxNumWasmFastMemories: "1" });

  getCommandsContext() {
    return {};
  }

  async openPage(_sessionId: string, url: string): Promise<void> {
    await this.#driver.open(url);
  }

  async close(): Promise<void> {
    await this.#driver.close();
  }
}

export const webkitGtk = () => defineBrowserProvider({ name: "webkitgtk", providerFactory: () => new WebKitGtk() });
