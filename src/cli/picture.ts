/** Pictures as files: an svg as it is, in a page, or as pixels. */

import { extname } from "node:path";
import { surface } from "../plot/theme.js";
import { UsageError } from "./errors.js";
import { writeWhole } from "./streams.js";

/** Writes a picture in the format that the file's name ends in. */
export async function writePicture(path: string, svg: string, title: string): Promise<void> {
  const extension = extname(path).toLowerCase();
  if (extension === ".svg") await writeWhole(path, `${svg}\n`);
  else if (extension === ".html" || extension === ".htm") await writeWhole(path, pageOf(svg, title));
  else if (extension === ".png") await writeWhole(path, await pixelsOf(svg));
  else throw new UsageError(`-o ${path}: the name must end in .svg, .html or .png`);
}

/** A page that shows nothing else. */
function pageOf(svg: string, title: string): string {
  const escaped = title.replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escaped}</title>
<style>
body { margin: 1rem; background: ${surface.light} }
svg { display: block; max-width: 100%; height: auto; margin: 0 auto }
@media (prefers-color-scheme: dark) { body { background: ${surface.dark} } }
</style>
</head>
<body>
<main>
${svg}
</main>
</body>
</html>
`;
}

/** Pixels for an inch of 96 pixels, as screens of today have them. */
const ZOOM = 2;

async function pixelsOf(svg: string): Promise<Uint8Array> {
  const { Resvg } = await loadRenderer();
  const options = { fitTo: { mode: "zoom" as const, value: ZOOM } };
  const test = new Resvg(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9" font-family="sans-serif">M</text></svg>',
  );
  if (test.render().pixels.every((value) => value === 0)) {
    process.stderr.write(
      "lanewise: no font is installed here, so that the picture has no letters: install one, such as Debian's fonts-dejavu-core\n",
    );
  }
  return new Resvg(svg, options).render().asPng();
}

async function loadRenderer() {
  try {
    return await import("@resvg/resvg-js");
  } catch (error) {
    throw new Error(
      "a .png needs a package that is not installed. Install it beside lanewise, or write a .svg:\n\n  npm install @resvg/resvg-js",
      {
        cause: error,
      },
    );
  }
}
