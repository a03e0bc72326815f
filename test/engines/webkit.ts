/** Vitest's provider for WebKitGTK, which Playwright can't drive: one WebDriver session on a virtual display. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { defineBrowserProvider } from "@vitest/browser";

/**
 * WebKit reserves 4 GiB of addresses for each of up to four WebAssembly memories at a time, out of the 64 GiB that all
 * arrays of a process share, and seldom finds 4 GiB together again where such a memory has been. The tests make hundreds:
 * they took 60 GiB, or at times all, and then arrays were out of memory. With one at a time they take 6; the other
 * memories have their bounds checked, as the fifth of a page always has.
 */
const environment = { ...process.env, JSC_maxNumWasmFastMemories: "1" };

class WebKitGtk {
  name = "webkitgtk";
  supportsParallelism = false;
  driver: ChildProcess | undefined;
  session = "";

  getCommandsContext() {
    return {};
  }

  async openPage(_sessionId: string, url: string): Promise<void> {
    if (!this.driver) await this.start();
    await post(`${this.session}/url`, { url });
  }

  async start(): Promise<void> {
    const port = await freePort();
    // The shell ends the driver, and xvfb-run the display, when stdin closes: also when this process dies.
    const command = `WebKitWebDriver --host=127.0.0.1 --port=${port} & read -r _; kill $!`;
    this.driver = spawn("xvfb-run", ["-a", "sh", "-c", command], {
      stdio: ["pipe", "ignore", "inherit"],
      env: environment,
      detached: true, // a process group of its own, so that close() can end all of it
    });
    this.session = await openSession(`http://127.0.0.1:${port}/session`);
  }

  async close(): Promise<void> {
    const { driver } = this;
    if (!driver?.pid) return;
    const { pid } = driver;
    await fetch(this.session, { method: "DELETE", signal: AbortSignal.timeout(10_000) }).catch(() => {});
    driver.stdin?.end();
    const stuck = setTimeout(() => process.kill(-pid, "SIGKILL"), 10_000);
    if (driver.exitCode === null) await once(driver, "exit");
    clearTimeout(stuck);
  }
}

/** Opens a session, waiting for the driver to listen, and returns its URL. */
async function openSession(sessions: string): Promise<string> {
  const capabilities = { alwaysMatch: { pageLoadStrategy: "none" } };
  for (const end = Date.now() + 30_000; ; await delay(100)) {
    try {
      const { sessionId } = await post(sessions, { capabilities });
      return `${sessions}/${sessionId}`;
    } catch (error) {
      if (Date.now() > end) throw new Error("WebKitWebDriver opens no session", { cause: error });
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Sends a command to the driver, and returns the value of its answer. */
async function post(url: string, body: object): Promise<{ sessionId?: string }> {
  const response = await fetch(url, {
    method: "POST",
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  const { value } = (await response.json()) as { value: { message?: string; error?: string; sessionId?: string } };
  if (!response.ok) throw new Error(`WebKitWebDriver: ${value.message ?? value.error}`);
  return value;
}

export const webkitGtk = () => defineBrowserProvider({ name: "webkitgtk", providerFactory: () => new WebKitGtk() });
