/** Telling how far a long run is. */

import { SingleBar } from "cli-progress";

export interface Bar {
  /**
   * @param done in [0, 1]
   * @param note stands after the bar
   */
  update(done: number, note: string): void;
  /** The last note stays. */
  stop(note: string): void;
}

/**
 * A progress bar on a terminal; elsewhere (a file, a pipe) one plain line when it is done.
 *
 * @param label stands before the bar
 */
export function createBar(label: string): Bar {
  if (!process.stdout.isTTY) return { update() {}, stop: (note) => console.log(`${label}  ${note}`) };
  const bar = new SingleBar({
    format: `${label}  {bar}  {note}`,
    barsize: 16,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    stream: process.stdout,
  });
  bar.start(1, 0, { note: "" });
  return {
    update: (done, note) => bar.update(done, { note }),
    stop(note) {
      bar.update(1, { note });
      bar.stop();
    },
  };
}
