/** Cleaning up however the process ends. */

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Calls a function when the process exits, or when a signal ends it.
 *
 * @param clean does its work at once: nothing is awaited
 * @returns a function after which it isn't called any more
 */
export function whenEnding(clean: () => void): () => void {
  const end = (signal: NodeJS.Signals) => {
    clean();
    forget();
    // Whoever waits for the process sees that the signal ended it; the last one that cleans up sends what does.
    process.kill(process.pid, signal);
  };
  const forget = () => {
    process.off("exit", clean);
    for (const signal of SIGNALS) process.off(signal, end);
  };
  process.on("exit", clean);
  for (const signal of SIGNALS) process.on(signal, end);
  return forget;
}
