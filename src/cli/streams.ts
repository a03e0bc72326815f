/** Where bytes come from and where they go: files, and the standard streams. */

import { realpathSync, rmSync, statSync } from "node:fs";
import { type FileHandle, open, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { whenEnding } from "./ending.js";
import { UsageError } from "./errors.js";

/** The name by which the command line calls the standard streams. */
export const STANDARD = "-";

/** Bytes that come one after the other. */
export interface Source {
  /** For messages. */
  readonly name: string;
  /** How many bytes there are; undefined where nobody knows. */
  readonly size: number | undefined;
  /** Fills an array as far as there are bytes, and gives their number. */
  read(target: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

/** Opens a file, or standard input. */
export async function openSource(path: string): Promise<Source> {
  return path === STANDARD ? standardInput() : await fileSource(path);
}

async function fileSource(path: string): Promise<Source> {
  const file = await open(path, "r");
  const stat = await file.stat();
  if (stat.isDirectory()) {
    await file.close();
    throw new Error(`${path} is a folder`);
  }
  return {
    name: path,
    size: stat.isFile() ? stat.size : undefined,
    async read(target) {
      let done = 0;
      while (done < target.length) {
        const { bytesRead } = await file.read(target, done, target.length - done, null);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return done;
    },
    close: () => file.close(),
  };
}

function standardInput(): Source {
  if (process.stdin.isTTY)
    throw new UsageError("standard input is a terminal: pipe an array into the command, or name a file");
  const chunks = process.stdin[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let rest: Uint8Array = new Uint8Array(0);
  return {
    name: "standard input",
    size: undefined,
    async read(target) {
      let done = 0;
      while (done < target.length) {
        if (rest.length === 0) {
          const next = await chunks.next();
          if (next.done) break;
          rest = next.value;
        }
        const part = rest.subarray(0, target.length - done);
        target.set(part, done);
        rest = rest.subarray(part.length);
        done += part.length;
      }
      return done;
    },
    close: () => {
      process.stdin.destroy();
      return Promise.resolve();
    },
  };
}

/** Where bytes go. */
export interface Sink {
  /** Writes bytes, which may change once the promise is fulfilled. */
  write(bytes: Uint8Array): Promise<void>;
  /** All has been written. */
  finish(): Promise<void>;
  /** Leaves nothing behind. At once: a signal may end the process. */
  abort(): void;
}

/** Opens a file to write, or standard output. */
export async function openSink(path: string): Promise<Sink> {
  if (path === STANDARD) return standardOutput();
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory()) throw new Error(`${path} is a folder`);
  if (stat === undefined || stat.isFile())
    return stat === undefined ? await replacedFile(path) : await replacedFile(realpathSync(path), stat.mode & 0o777);
  const device = await open(path, "w");
  return { write: (bytes) => writeAll(device, bytes), finish: () => device.close(), abort: () => undefined };
}

function standardOutput(): Sink {
  if (process.stdout.isTTY)
    throw new UsageError("standard output is a terminal: write -o FILE, or pipe it into a command");
  const write = (bytes: Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  return { write, finish: () => Promise.resolve(), abort: () => undefined };
}

/**
 * A file that is there once it is whole: it is written under another name in the same folder, which isn't left behind when the
 * command fails or is interrupted.
 *
 * @param mode the permissions of the file that is replaced: a file that its owner alone could read stays one
 */
async function replacedFile(path: string, mode?: number): Promise<Sink> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  const file = await open(temporary, "wx", mode);
  const remove = () => rmSync(temporary, { force: true });
  const forget = whenEnding(remove);
  return {
    write: (bytes) => writeAll(file, bytes),
    async finish() {
      await file.close();
      await rename(temporary, path);
      forget();
    },
    abort() {
      remove();
      forget();
      file.close().catch(() => undefined);
    },
  };
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
}

/** Writes a text to a file, or to standard output, whole or not at all. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const sink = await openSink(path);
  try {
    await sink.write(typeof content === "string" ? Buffer.from(content) : content);
    await sink.finish();
  } catch (error) {
    sink.abort();
    throw error;
  }
}
