import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createServer } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { npmCommand } from "../../scripts/npm.js";
import { pack } from "../../scripts/packed.js";
import { blocks } from "../support/readme.js";
import { withEmptyPage } from "./support.js";

// The README's page, saved in a folder where the packed package is installed, and opened as the README says.

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const readme = read("README.md");
const html = blocks.filter(({ lang }) => lang === "html").map(({ text }) => text);
const [, shown] = /^It shows `([^`]+)`\./m.exec(readme)!;
const [, address] = /`(https:\/\/cdn\.jsdelivr\.net\/npm\/[^`]+)`/.exec(readme)!;

const project = mkdtempSync(join(tmpdir(), "lanewise-page-"));
afterAll(() => rmSync(project, { recursive: true }));

beforeAll(() => {
  for (const args of [
    ["init", "-y"],
    ["install", "--offline", "--no-audit", "--no-fund", pack(project).filename],
  ]) {
    const [file, ...rest] = npmCommand(...args);
    execFileSync(file, rest, { cwd: project, stdio: "ignore" });
  }
  writeFileSync(join(project, "index.html"), `${html[0]}\n`);
});

/** Opens an address, and waits until the page shows what the README says. */
async function expectShown(url: string): Promise<void> {
  await withEmptyPage(async (page) => {
    await page.goto(url);
    await expect.poll(() => page.locator("body").innerText()).toBe(shown);
  });
}

it("there is one page", () => {
  expect(html).toHaveLength(1);
  expect(html[0]).toMatch(/^<!doctype html>\n/);
});

it("shows its result where Vite serves the folder", async () => {
  const server = await createServer({ configFile: false, root: project, logLevel: "error" });
  try {
    await server.listen();
    await expectShown(server.resolvedUrls!.local[0]);
  } finally {
    await server.close();
  }
});

it("shows its result where Python serves the folder", async () => {
  const args = ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1"];
  const server = spawn("python3", args, { cwd: project, stdio: ["ignore", "pipe", "ignore"] });
  try {
    const [line] = (await once(server.stdout, "data")) as [Buffer];
    await expectShown(/http:\/\/\S+\//.exec(line.toString())![0]);
  } finally {
    server.kill();
  }
});

it("is of this version where it is opened as a file, and shows its result then, but not with the installed package", async () => {
  const { version } = JSON.parse(read("package.json")) as { version: string };
  expect(address).toBe(`https://cdn.jsdelivr.net/npm/lanewise@${version}/dist/bundle.js`);
  const installed = "./node_modules/lanewise/dist/bundle.js";
  expect(html[0]).toContain(installed);
  writeFileSync(join(project, "file.html"), html[0].replace(installed, address));
  await withEmptyPage(async (page) => {
    // In the place of the CDN: tests ask no other host.
    const headers = { "access-control-allow-origin": "*" };
    const answer = { body: read("dist/bundle.js"), contentType: "text/javascript", headers };
    await page.route(address, (route) => route.fulfill(answer));
    const blocked = page.waitForEvent("console", (message) => message.text().includes("origin 'null'"));
    await page.goto(pathToFileURL(join(project, "index.html")).href);
    await blocked;
    expect(await page.locator("body").innerText()).toBe("");
    await page.goto(pathToFileURL(join(project, "file.html")).href);
    await expect.poll(() => page.locator("body").innerText()).toBe(shown);
  });
});
