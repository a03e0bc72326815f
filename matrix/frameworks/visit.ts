/** What a page of a framework shows: rendered on the server, and taken over in the browser. */

import { gzipSync } from "node:zlib";
import { parseHTML } from "linkedom";
import type { Outcome } from "../cell.js";
import { probedIn, withPage } from "../pages.js";
import { type Backend, judge, type Probed } from "../probe/check.js";

export interface Visit {
  readonly server: Probed;
  readonly browser: Probed;
  /** The numbers of matrix/probe/numbers.js: as the server sent them, as the browser computes them, and as they stand in the page. */
  readonly sent: string;
  readonly computed: string;
  readonly shown: string;
  /** Errors and warnings in the console, and what is missing. */
  readonly problems: readonly string[];
  /** Bytes of the scripts that the page loads, each gzipped. */
  readonly size: number;
}

/** The page as the server sends it; development servers may answer something else before they are ready. */
async function htmlOf(address: string): Promise<Document> {
  for (const end = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 500))) {
    const response = await fetch(address);
    const text = await response.text();
    if (text.includes('id="server"')) return parseHTML(text).document as unknown as Document;
    if (Date.now() > end) throw new Error(`${address} answers ${response.status}: ${text.slice(0, 500)}`);
  }
}

export async function visit(address: string): Promise<Visit> {
  const document = await htmlOf(address);
  const textOf = (id: string) => document.querySelector(`#${id}`)?.textContent ?? "";
  return await withPage(address, async (page, problems, scripts) => {
    const probed = await probedIn(page).catch((cause: Error) =>
      Promise.reject(new Error([cause.message, ...problems].join("; "), { cause })),
    );
    const { numbers, ...browser } = probed as Probed & { numbers: string };
    // Frameworks report what they found after the first effects.
    await page.waitForTimeout(500);
    const sizes = await Promise.all(scripts.map(async (script) => gzipSync(await script, { level: 9 }).length));
    return {
      server: JSON.parse(textOf("server")) as Probed,
      browser,
      sent: textOf("numbers"),
      computed: numbers,
      shown: (await page.textContent("#numbers")) ?? "",
      problems: [...problems],
      size: sizes.reduce((a, b) => a + b, 0),
    };
  });
}

/** How many numbers of two texts differ. */
function differing(a: string, b: string): number {
  const others = b.split(" ");
  return a.split(" ").filter((number, i) => number !== others[i]).length;
}

/** The backends of both sides, in one cell of the table. */
function backendsOf({ server, browser }: Visit): string {
  return server.backend === browser.backend ? server.backend : `${server.backend}, ${browser.backend}`;
}

/** Where "reproducible" was chosen on both sides: right values, the same numbers, and nothing to report. */
export function judgeSame(visited: Visit, expected: Backend = "simd"): Outcome {
  const { server, browser, sent, computed, shown, problems, size } = visited;
  const wrong = [
    ...[judge(server, expected)].flatMap(({ failed }) => (failed === undefined ? [] : [`on the server, ${failed}`])),
    ...[judge(browser, expected)].flatMap(({ failed }) => (failed === undefined ? [] : [`in the browser, ${failed}`])),
    ...problems,
  ];
  if (sent.split(" ").length < 100) wrong.push(`the server sends ${sent.length} characters, not 100 numbers`);
  if (sent !== computed) wrong.push(`${differing(sent, computed)} of the server's numbers differ from the browser's`);
  if (sent !== shown) wrong.push("the page doesn't show what the server sent");
  return {
    backend: backendsOf(visited),
    firstCall: browser.firstCall,
    size,
    ...(wrong.length > 0 && { failed: wrong.join("; ") }),
  };
}

/** Where nothing was chosen: if the two run different backends, then their numbers differ. */
export function judgeUnchosen(visited: Visit): Outcome {
  const { server, browser, sent, computed, problems } = visited;
  const count = differing(sent, computed);
  const isSame = server.backend === browser.backend;
  const said = problems.length > 0 ? problems[0].replaceAll(/\s+/g, " ").slice(0, 80) : "nothing";
  return {
    backend: backendsOf(visited),
    note: isSame ? "both run the same backend" : `${count} of 100 numbers differ; the console says ${said}`,
    ...(isSame !== (count === 0) && { failed: `${count} of 100 numbers differ between ${backendsOf(visited)}` }),
  };
}
