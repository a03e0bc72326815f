/** Running npm. */

/** The command that runs npm, the one that runs this program if one does: on Windows `npm` itself can't be spawned. */
export function npmCommand(...args: readonly string[]): [file: string, ...args: string[]] {
  const path = process.env.npm_execpath;
  return path ? [process.execPath, path, ...args] : ["npm", ...args];
}
