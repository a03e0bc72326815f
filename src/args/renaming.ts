/** Errors of functions that the program didn't call itself. */

/**
 * Does work whose TypeErrors and RangeErrors are to speak of what the program called: where their message begins as a pattern says, that is
 * replaced.
 */
export function renaming<T>(begin: RegExp, replacement: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const isOurs = error instanceof TypeError || error instanceof RangeError;
    if (!isOurs || !begin.test(error.message)) throw error;
    const Class = error instanceof TypeError ? TypeError : RangeError;
    throw new Class(
      error.message.replace(begin, () => replacement),
      { cause: error },
    );
  }
}
