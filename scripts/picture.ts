/** The picture of the README, docs/curves.svg, as the command line draws it. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const names = ["sigmoid", "tanh"];
const command = ["plot", ...names, "--derivative", "--domain", "-4", "4"];
const cli = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const stored = new URL("../docs/curves.svg", import.meta.url);

/** The picture in Markdown, and the command that draws it. */
export function pictureText(): string {
  const what = `${names.join(" and ")}, each with its derivative, from -4 to 4`;
  return `![Curves of ${what}](docs/curves.svg)\n\n\`\`\`sh\nnpx lanewise ${command.join(" ")} -o curves.svg\n\`\`\``;
}

/**
 * Draws the picture, or compares it.
 *
 * @throws {Error} if it is compared, and what the command draws now is another one
 */
export function drawPicture({ check }: { readonly check: boolean }): void {
  const folder = mkdtempSync(join(tmpdir(), "lanewise-"));
  try {
    const file = join(folder, "curves.svg");
    execFileSync(process.execPath, [cli, ...command, "-o", file], { stdio: ["ignore", "ignore", "inherit"] });
    const drawn = readFileSync(file, "utf8");
    if (!check) writeFileSync(stored, drawn);
    else if (drawn !== readFileSync(stored, "utf8")) throw new Error("docs/curves.svg is out of date: npm run readme");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
