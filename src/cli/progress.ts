/** A bar on standard error that shows how far a command is. */

import { Presets, SingleBar } from "cli-progress";
import { whenEnding } from "./ending.js";

/** How far it is. */
export interface Progress {
  /** So much more is done. */
  add(amount: number): void;
  /** Takes the bar away. */
  stop(): void;
}

/**
 * Shows a bar where standard error is a terminal.
 *
 * @param total the amount that there is to do; undefined where nobody knows
 * @param format of the bar, as cli-progress has it
 */
export function showProgress(
  total: number | undefined,
  format = "{bar} {percentage} %, {eta_formatted} left",
): Progress {
  if (total === undefined || total === 0 || !process.stderr.isTTY) {
    return { add: () => undefined, stop: () => undefined };
  }
  const bar = new SingleBar(
    { format, stream: process.stderr, clearOnComplete: true, hideCursor: true },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  // However the process ends, the cursor must be seen again.
  const forget = whenEnding(() => bar.stop());
  return {
    add: (amount) => bar.increment(amount),
    stop: () => {
      forget();
      bar.stop();
    },
  };
}
