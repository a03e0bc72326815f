/** The worker, as the page sees it. */

import type { Reply, Request, Settings } from "./protocol.js";

/** What the page does with replies. */
export interface Listeners {
  readonly onReply: (reply: Reply) => void;
  readonly onFailure: (message: string) => void;
}

/** Trains in a worker, a frame at a time: while one is drawn no other is computed, so that neither runs away from the other. */
export class Trainer {
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  #isRunning = false;
  /** Whether steps have been asked for whose frame hasn't come. */
  #isBusy = false;
  /** Resets that the worker has not answered yet: frames before are of another training. */
  #resets = 0;

  /** @param stepsAFrame how many steps are taken between two frames */
  constructor(
    private readonly stepsAFrame: () => number,
    private readonly listeners: Listeners,
  ) {
    this.#worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => this.#receive(data));
    this.#worker.addEventListener("error", (event) => {
      this.#isRunning = false;
      listeners.onFailure(event.message || "the worker could not be loaded");
    });
  }

  /** Whether it goes on after each frame. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Goes on after each frame, or stops. */
  run(isRunning: boolean): void {
    this.#isRunning = isRunning;
    if (isRunning) this.step(this.stepsAFrame());
  }

  /** Takes some steps, unless it is at it. */
  step(steps: number): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#send({ type: "step", steps });
  }

  /** Begins anew. */
  reset(settings: Settings): void {
    this.#resets++;
    this.#isBusy = true;
    this.#send({ type: "reset", settings });
  }

  #send(request: Request): void {
    this.#worker.postMessage(request);
  }

  #receive(reply: Reply): void {
    if (reply.type === "points") this.#resets--;
    // "ready" may come after a reset: sliders can be moved before the worker is there.
    if (this.#resets > 0 && reply.type !== "ready") return;
    this.listeners.onReply(reply);
    if (reply.type === "frame") this.#continue();
  }

  #continue(): void {
    this.#isBusy = false;
    requestAnimationFrame(() => {
      if (this.#isRunning) this.step(this.stepsAFrame());
    });
  }
}
