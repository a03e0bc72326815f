/** Where bytes come from and where they go: files, and the standard streams. */

import { close, open, openSync, realpathSync, rmSync, type Stats, write } from "node:fs";
import { open as openHandle, rename, stat } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { promisify } from "node:util";
import { whenEnding } from "./ending.js";
import { UsageError } from "./errors.js";
import { asFileError, type Use } from "./systemErrors.js";

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
  if (path === "") throw new UsageError("the input needs a file name");
  return path === STANDARD ? standardInput() : await fileSource(path);
}

/** The first bytes of a source, so many or fewer where it ends, and a source that gives them again. */
export async function peek(source: Source, count: number): Promise<{ start: Buffer; whole: Source }> {
  const memory = Buffer.alloc(count);
  const start = memory.subarray(0, await source.read(memory));
  let rest: Uint8Array = start;
  const read = async (target: Uint8Array) => {
    const part = rest.subarray(0, target.length);
    target.set(part);
    rest = rest.subarray(part.length);
    return part.length + (await source.read(target.subarray(part.length)));
  };
  return { start, whole: { ...source, read } };
}

/** What a system's call gives, or an error that names the path that the user wrote. */
async function told<T>(path: string, use: Use, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw asFileError(error, path, use);
  }
}

async function fileSource(path: string): Promise<Source> {
  const file = await told(path, "read", openHandle(path, "r"));
  const state = await file.stat();
  if (state.isDirectory()) {
    await file.close();
    throw new Error(`${path} is a folder`);
  }
  return {
    name: path,
    size: state.isFile() ? state.size : undefined,
    async read(target) {
      let done = 0;
      while (done < target.length) {
        const { bytesRead } = await told(path, "read", file.read(target, done, target.length - done, null));
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
  const state = await told(path, "written", stateOf(path));
  if (state?.isDirectory()) throw new Error(`${path} is a folder`);
  if (state === undefined && (path.endsWith("/") || path.endsWith(sep)))
    throw new Error(`${path} is the name of a folder, not of a file`);
  const isDevice = state !== undefined && !state.isFile();
  const replacing = () =>
    state === undefined ? replacedFile(path) : replacedFile(realpathSync(path), state.mode & 0o777);
  const opening = isDevice ? deviceSink(path) : replacing();
  const sink = await told(path, "written", opening);
  return {
    write: (bytes) => told(path, "written", sink.write(bytes)),
    finish: () => told(path, "written", sink.finish()),
    abort: () => sink.abort(),
  };
}

/** What there is at a path, if anything. */
async function stateOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw error;
  }
}

/** A device, such as /dev/null, which stays where it is. */
async function deviceSink(path: string): Promise<Sink> {
  const device = new OpenFile(await promisify(open)(path, "w"));
  return { write: (bytes) => device.write(bytes), finish: () => device.close(), abort: () => device.drop() };
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
  const remove = () => rmSync(temporary, { force: true });
  // Before the file is made, and it is made at once: a signal comes before both or after.
  const forget = whenEnding(remove);
  let file: OpenFile;
  try {
    file = new OpenFile(openSync(temporary, "wx", mode));
  } catch (error) {
    forget();
    throw error;
  }
  return {
    write: (bytes) => file.write(bytes),
    async finish() {
      await file.close();
      await rename(temporary, path);
      forget();
    },
    abort() {
      remove();
      forget();
      file.drop();
    },
  };
}

/** A file by its descriptor: a FileHandle can't be made at once, and closes what it still has when it is collected. */
class OpenFile {
  readonly #descriptor: number;
  #isOpen = true;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const writeSome = promisify(write);
    for (let done = 0; done < bytes.length;) {
      done += (await writeSome(this.#descriptor, bytes, done, bytes.length - done, null)).bytesWritten;
    }
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await promisify(close)(this.#descriptor);
  }

  /** Closes the file where it is still open, whatever comes of it. */
  drop(): void {
    if (this.#isOpen) close(this.#descriptor, () => undefined);
    this.#isOpen = false;
  }
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
