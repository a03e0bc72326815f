/**
 * Fails unless the package can be released as a tag says, before anything is built:
 *
 *   npx tsx scripts/release.ts v0.1.0
 */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What of package.json a release hangs on. */
export interface Manifest {
  readonly version: string;
  readonly repository?: string | { readonly url?: string };
}

/**
 * What keeps a version from being released.
 *
 * @param home the repository that releases it, "owner/name"; undefined outside of a workflow
 */
export function obstacles(
  { version, repository }: Manifest,
  changelog: string,
  tag: string,
  home: string | undefined,
): string[] {
  const found: string[] = [];
  if (tag !== `v${version}`) found.push(`the tag is ${tag}, but package.json has version ${version}: tag v${version}`);
  const url = typeof repository === "string" ? repository : repository?.url;
  if (!url) {
    found.push(
      'package.json has no repository, which npm compares a provenance with: "repository": { "type": "git", "url": "git+https://HOST/OWNER/NAME.git" }',
    );
  } else if (home !== undefined && !url.replace(/\.git$/, "").endsWith(home)) {
    found.push(`package.json has the repository ${url}, but ${home} releases it`);
  }
  if (!changelog.split("\n").some((line) => line === `## ${version}` || line.startsWith(`## ${version} `))) {
    found.push(`CHANGELOG.md has no "## ${version}"`);
  }
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
  const manifest = JSON.parse(read("package.json")) as Manifest;
  const found = obstacles(manifest, read("CHANGELOG.md"), process.argv[2] ?? "", process.env.GITHUB_REPOSITORY);
  for (const obstacle of found) console.error(`Not released: ${obstacle}`);
  if (found.length > 0) process.exitCode = 1;
}
