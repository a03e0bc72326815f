import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { obstacles } from "../scripts/release.js";

const root = new URL("../", import.meta.url);
const folder = new URL(".github/workflows/", root);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly "runs-on": string;
  readonly strategy?: { readonly matrix: Readonly<Record<string, unknown>> };
  readonly needs?: string;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
const textOf = (file: string) => readFileSync(new URL(file, folder), "utf8");
const workflowOf = (file: string) => parse(textOf(file)) as Workflow;

it("there are the workflows that test and that release", () => {
  expect(files.sort()).toEqual(["ci.yml", "release.yml"]);
});

describe.each(files)("%s", (file) => {
  const workflow = workflowOf(file);
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, job]) => job.steps);

  it("names each action by the hash of a commit, with the version beside it", () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(0);
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    const lines = textOf(file).match(/^.*\buses:.*$/gm) ?? [];
    expect(lines).toHaveLength(used.length);
    for (const line of lines) expect(line).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("may read, and no more unless it publishes", () => {
    expect(workflow.permissions).toEqual({ contents: "read" });
    const allowed = { contents: "read", "id-token": "write" };
    const others = jobs.filter(([, { permissions }]) => permissions !== undefined);
    expect(others.map(([name, { permissions }]) => [name, permissions])).toEqual(
      file === "release.yml" ? [["publish", allowed]] : [],
    );
  });

  it("leaves no credentials in what it checks out, and restores no cache", () => {
    for (const { uses, with: given } of steps) {
      if (uses?.startsWith("actions/checkout@")) expect(given).toEqual({ "persist-credentials": false });
      expect(uses ?? "").not.toContain("actions/cache");
      expect(Object.keys(given ?? {})).not.toContain("cache");
    }
  });

  it("ends: each job has a limit of time, and a new run doesn't run beside an old one", () => {
    for (const [name, job] of jobs) expect(job["timeout-minutes"], name).toBeGreaterThan(0);
    expect(workflow.concurrency).toBeDefined();
  });

  it("runs nothing that an event's author has written", () => {
    expect(workflow.on).not.toHaveProperty("pull_request_target");
    for (const { run = "" } of steps) expect(run).not.toContain("${{");
  });
});

it("changes are tested by all that they must pass, and quickly on other systems in each version of Node", () => {
  const { all, node } = workflowOf("ci.yml").jobs;
  expect(all.steps.map(({ run }) => run)).toContain(".ci/run");
  expect(node.steps.map(({ run }) => run)).toContain("npm run test:node");
  const { os, node: versions } = node.strategy!.matrix as { os: string[]; node: number[] };
  expect(os.map((name) => name.split("-")[0])).toEqual(["macos", "windows"]);
  const { engines } = JSON.parse(read("package.json")) as { engines: { node: string } };
  expect(engines.node).toBe(`>=${versions[0]}`);
  expect(versions).toEqual([20, 22, 24]);
});

describe("a release", () => {
  const { on, jobs } = workflowOf("release.yml");

  it("is made of a tag, after all tests, of what they tested, with a provenance", () => {
    expect(on).toEqual({ push: { tags: ["v*"] } });
    const runs = jobs.pack.steps.flatMap(({ run }) => run ?? []);
    const [checked, tested, packed] = ['npx tsx scripts/release.ts "$TAG"', ".ci/run", "npm pack"].map((run) =>
      runs.indexOf(run),
    );
    expect(checked).toBeGreaterThan(-1);
    expect(tested).toBeGreaterThan(checked);
    expect(packed).toBeGreaterThan(tested);
    expect(jobs.publish.needs).toBe("pack");
    // What may publish runs no code of the repository, nor of packages.
    const published = jobs.publish.steps.flatMap(({ run }) => run ?? []);
    expect(published).toEqual(["npm publish ./*.tgz --ignore-scripts --provenance --access public"]);
  });

  const repository = { type: "git", url: "git+https://example.org/owner/name.git" };
  const changelog = "# Changelog\n\n## Unreleased\n\n## 1.2.3 - 2026-01-01\n";

  it("is refused where something is missing that it hangs on", () => {
    expect(obstacles({ version: "1.2.3", repository }, changelog, "v1.2.3", "owner/name")).toEqual([]);
    expect(obstacles({ version: "1.2.3", repository: repository.url }, changelog, "v1.2.3", undefined)).toEqual([]);
    const refused = (...args: Parameters<typeof obstacles>) => obstacles(...args).join("\n");
    expect(refused({ version: "1.2.3" }, changelog, "v1.2.3", "owner/name")).toMatch(
      /^package\.json has no repository/,
    );
    expect(refused({ version: "1.2.3", repository }, changelog, "v1.2.3", "other/name")).toMatch(
      /but other\/name releases it$/,
    );
    expect(refused({ version: "1.2.3", repository }, changelog, "v1.2.4", "owner/name")).toMatch(/: tag v1\.2\.3$/);
    expect(refused({ version: "1.2.4", repository }, changelog, "v1.2.4", "owner/name")).toMatch(
      /^CHANGELOG\.md has no "## 1\.2\.4"$/,
    );
  });
});
