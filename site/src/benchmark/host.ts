/** Where runners live: each in a worker of its own, so that none learns from another's calls and the page stays free. */

import type { Reply, Request, Runner } from "./protocol.js";

/** A runner, and how it is ended. */
export interface Host {
  readonly runner: Runner;
  end(): void;
}

/** Starts a runner. */
export function startHost(): Host {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  // One call at a time, as races make them.
  const call = <T>(request: Request) =>
    new Promise<T>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Reply>) => {
        if ("error" in data) reject(new Error(data.error));
        else resolve(data.value as T);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message || "the worker could not be loaded"));
      };
      worker.postMessage(request);
    });
  return {
    runner: {
      offer: () => call({ method: "offer", args: [] }),
      prepare: (...args) => call({ method: "prepare", args }),
      slice: (...args) => call({ method: "slice", args }),
    },
    end: () => worker.terminate(),
  };
}
