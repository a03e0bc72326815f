import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../", import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), "utf8");
const read = (path: string) => JSON.parse(text(path)) as unknown;

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Locked extends Manifest {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
}

const tracked = execFileSync("git", ["ls-files", "*package.json"], { cwd: root, encoding: "utf8" })
  .trim()
  .split("\n")
  .filter((path) => /[dD]ependencies"/.test(text(path)));

it("there are packages of the root, of the engines and of the peers that are measured", () => {
  expect(tracked).toEqual(
    expect.arrayContaining(["package.json", "test/engines/package.json", "bench/peers/package.json"]),
  );
});

describe.each(tracked)("%s", (path) => {
  const manifest = read(path) as Manifest;
  const { lockfileVersion, packages } = read(path.replace(/package\.json$/, "package-lock.json")) as {
    lockfileVersion: number;
    packages: Record<string, Locked>;
  };
  const { "": own, ...others } = packages;

  it("has a lock file of the same packages", () => {
    expect(lockfileVersion).toBe(3);
    for (const field of ["dependencies", "devDependencies", "optionalDependencies"] as const) {
      expect(own[field]).toEqual(manifest[field]);
    }
  });

  it("locks each package by its hash, from the registry alone", () => {
    expect(Object.keys(others).length).toBeGreaterThan(0);
    const odd = Object.entries(others).filter(([name, { resolved, integrity, link, inBundle, version }]) => {
      if (inBundle) return !name.includes("/node_modules/"); // comes with the package that bundles it
      const isOfRegistry = resolved === undefined || resolved.startsWith("https://registry.npmjs.org/");
      return link || !isOfRegistry || !/^\d/.test(version ?? "") || !/^sha512-[\w+/]{86}==$/.test(integrity ?? "");
    });
    expect(odd.map(([name]) => name)).toEqual([]);
  });
});
