/** WebKitGTK, which Playwright can't drive: one WebDriver session on a virtual display. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "./freePort.js";

export class WebKitDriver {
  /** Of the browser, once a page has been opened. */
  version = "";
  #driver: ChildProcess | undefined;
  #session = "";

  /** @param environment variables of the browser's environment, besides those of this process */
  constructor(private readonly environment: Readonly<Record<string, string>> = {}) {}

  async open(url: string): Promise<void> {
    if (!this.#driver) await this.#start();
    await post(`${this.#session}/url`, { url });
  }

  async #start(): Promise<void> {
    const port = await freePort();
    // The shell ends the driver, and xvfb-run the display, when stdin closes: also when this process dies.
    const command = `WebKitWebDriver --host=127.0.0.1 --port=${port} & read -r _; kill $!`;
    this.#driver = spawn("xvfb-run", ["-a", "sh", "-c", command], {
      stdio: ["pipe", "ignore", "inherit"],
      env: { ...process.env, ...this.environment },
      detached: true, // a process group of its own, so that close() can end all of it
    });
    const sessions = `http://127.0.0.1:${port}/session`;
    const { sessionId, capabilities } = await openSession(sessions);
    this.#session = `${sessions}/${sessionId}`;
    this.version = capabilities?.browserVersion ?? "";
  }

  async close(): Promise<void> {
    if (!this.#driver?.pid) return;
    const { pid } = this.#driver;
    await fetch(this.#session, { method: "DELETE", signal: AbortSignal.timeout(10_000) }).catch(() => {});
    this.#driver.stdin?.end();
    const stuck = setTimeout(() => process.kill(-pid, "SIGKILL"), 10_000);
    if (this.#driver.exitCode === null) await once(this.#driver, "exit");
    clearTimeout(stuck);
  }
}

/** What the driver tells of a session. */
interface Session {
  readonly sessionId?: string;
  readonly capabilities?: { readonly browserVersion?: string };
}

/** Opens a session, waiting for the driver to listen. */
async function openSession(sessions: string): Promise<Session> {
  const capabilities = { alwaysMatch: { pageLoadStrategy: "none" } };
  for (const end = Date.now() + 30_000; ; await delay(100)) {
    try {
      return await post(sessions, { capabilities });
    } catch (error) {
      if (Date.now() > end) throw new Error("WebKitWebDriver opens no session", { cause: error });
    }
  }
}

/** Sends a command to the driver, and returns the value of its answer. */
async function post(url: string, body: object): Promise<Session> {
  const response = await fetch(url, {
    method: "POST",
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  const { value } = (await response.json()) as { value: Session & { message?: string; error?: string } };
  if (!response.ok) throw new Error(`WebKitWebDriver: ${value.message ?? value.error}`);
  return value;
}
