/** A cell of several parts, each of which can fail by itself. */

import { type Outcome, Skip } from "./cell.js";

/** What a part finds: nothing but that it throws nothing will do. */
type Part = () => Promise<Outcome | undefined>;

/** Tries all parts, by turns, and gives the outcome of each, with what all of them have in common. */
export async function tryParts(common: Outcome, parts: Readonly<Record<string, Part>>): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [part, attempt] of Object.entries(parts)) {
    try {
      outcomes.push({ ...common, part, ...(await attempt()) });
    } catch (error) {
      const { message } = error as Error;
      outcomes.push({ ...common, part, ...(error instanceof Skip ? { skipped: message } : { failed: message }) });
    }
  }
  return outcomes;
}
