/** What the system says of files, in plain words. */

import { statSync } from "node:fs";
import { dirname } from "node:path";

/** What a file is wanted for. */
export type Use = "read" | "written";

/** The reason of a system's error, without its code and the names that it was called with; undefined of other errors. */
export function reasonOf(error: unknown): string | undefined {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || code === undefined || syscall === undefined) return undefined;
  return /^[A-Z0-9]+: ([^,]*)/.exec(message)?.[1] ?? code;
}

/**
 * The error that is shown of a file: it names the path that the user wrote, whatever was opened.
 *
 * @param path as the user wrote it
 */
export function asFileError(error: unknown, path: string, use: Use): unknown {
  const reason = reasonOf(error);
  const { code } = error as NodeJS.ErrnoException;
  // The reader of a pipe has seen enough, which is no error.
  if (reason === undefined || code === "EPIPE") return error;
  return new Error(messageOf(code, path, use) ?? `${path} can't be ${use}: ${reason}`, { cause: error });
}

function messageOf(code: string | undefined, path: string, use: Use): string | undefined {
  if (code !== "ENOENT" && code !== "ENOTDIR") return undefined;
  const stop = nearestThere(path);
  if (stop !== undefined && !stop.isFolder) return `${path} leads through ${stop.path}, which is no folder`;
  return use === "read" ? `there is no file ${path}` : `there is no folder ${dirname(path)}`;
}

/** The nearest of the folders above a path that is there. */
function nearestThere(path: string): { readonly path: string; readonly isFolder: boolean } | undefined {
  // With a letter more, a path that ends in a separator leads through what is before it.
  for (let at = dirname(`${path}x`); ; at = dirname(at)) {
    const stat = statSync(at, { throwIfNoEntry: false });
    if (stat !== undefined) return { path: at, isFolder: stat.isDirectory() };
    if (at === dirname(at)) return undefined;
  }
}
