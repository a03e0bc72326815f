/** A runner in a worker. */

import type { Reply, Request, Runner } from "./protocol.js";
import { createRunner } from "./runner.js";

const runner = createRunner();

addEventListener("message", ({ data: { method, args } }: MessageEvent<Request>) => {
  let reply: Reply;
  try {
    const call = runner[method] as (...args: readonly unknown[]) => ReturnType<Runner[typeof method]>;
    reply = { value: call(...args) };
  } catch (error) {
    reply = { error: (error as Error).message };
  }
  postMessage(reply);
});
