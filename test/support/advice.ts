/** What errors advise to write instead of a value, and what becomes of a call when that is done. */

/** The end of an error that advises: an expression, of the name of the argument. */
const ADVICE = /^[\w.]+: (\w+) must be .*: write (.+?)(, if it is no view)?$/s;

/** What an error advises to write; undefined if it advises nothing. */
export function adviceOf(error: unknown): string | undefined {
  return ADVICE.exec((error as Error).message)?.[2];
}

/** What a call gave in the end, after its advice was followed. */
export interface Followed<R> {
  /** The expressions that were advised, one after the other. */
  readonly advice: readonly string[];
  readonly result: R;
}

/**
 * Calls with a value; where an error advises to write an expression of it, with what that gives, and so on.
 *
 * @param column the name of a table's column, which an expression may need
 * @throws whatever the call throws that advises nothing
 */
export async function follow<R>(call: (value: unknown) => R, value: unknown, column = "x"): Promise<Followed<R>> {
  const advice: string[] = [];
  for (;;) {
    try {
      return { advice, result: call(value) };
    } catch (error) {
      const [, name, expression] = ADVICE.exec((error as Error).message) ?? [];
      if (expression === undefined || advice.length > 4) throw error;
      advice.push(expression);
      const awaited = expression.replace(/^await /, "");
      const evaluate = new Function(name, "name", `return ${awaited};`) as (value: unknown, name: string) => unknown;
      value = awaited === expression ? evaluate(value, column) : await evaluate(value, column);
    }
  }
}
