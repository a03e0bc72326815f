import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const elsewhere = mkdtempSync(join(tmpdir(), "lanewise-rebuild-"));
afterAll(() => rmSync(elsewhere, { recursive: true }));

/** The files of a folder by their names, each by its hash. */
function hashes(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const hash = (file: string) =>
    createHash("sha256")
      .update(readFileSync(join(folder, file)))
      .digest("hex");
  return Object.fromEntries(
    files.filter((file) => statSync(join(folder, file)).isFile()).map((file) => [file, hash(file)]),
  );
}

it("a build from nothing, in another folder, time zone and language, started from elsewhere, gives dist/ byte for byte", () => {
  const folder = join(elsewhere, "some folder", "deeper");
  mkdirSync(folder, { recursive: true });
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const sources = execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
  // The build reads no tests; some of these may be deleted and not yet committed.
  for (const file of sources.filter((file) => !file.startsWith("test/"))) cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  const env = { ...process.env, TZ: "Pacific/Kiritimati", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" };
  const build = ["--import", import.meta.resolve("tsx"), join(folder, "scripts/build.ts")];
  execFileSync(process.execPath, build, { cwd: tmpdir(), env, stdio: ["ignore", "ignore", "pipe"] });
  const [ours, theirs] = [join(root, "dist"), join(folder, "dist")].map(hashes);
  expect(Object.keys(ours).length).toBeGreaterThan(300);
  expect(theirs).toEqual(ours);
}, 600_000);
