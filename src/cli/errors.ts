/** What ends the command with an exit code of its own. */

import { CommanderError } from "commander";
import { reasonOf } from "./systemErrors.js";

/** The codes that the command exits with. */
const exitCodes = { success: 0, failed: 1, usage: 2 } as const;

/** The command line asks for something that there is not: the command exits with 2. */
export class UsageError extends Error {}

/** The exit code that an error stands for. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.success : exitCodes.usage;
  return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
}

/** What is written to standard error of an error; undefined where it has been shown, or is none. */
export function messageOf(error: unknown): string | undefined {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0 || error.code === "commander.help") return undefined;
    return error.message.replace(/^error: /, "");
  }
  return reasonOf(error) ?? (error instanceof Error ? error.message : String(error));
}
