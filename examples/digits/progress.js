// @ts-check
import { SingleBar } from "cli-progress";

/**
 * A progress bar on a terminal; elsewhere (a file, a pipe) one plain line when it is done.
 *
 * @param {string} label stands before the bar
 * @returns {{ update: (done: number, note: string) => void, stop: (note: string) => void }} `done` is in [0, 1], the note
 *   stands after the bar, and the last one stays
 */
export function createBar(label) {
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
