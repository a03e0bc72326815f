/** Fingers on a page, as Chromium's own events. */

import type { Page } from "playwright";

/** A place in the window. */
export type Place = readonly [x: number, y: number];

/** Moves fingers from places to others in some steps, and lifts them. */
export async function moveFingers(page: Page, from: readonly Place[], to: readonly Place[], steps = 6): Promise<void> {
  const client = await page.context().newCDPSession(page);
  const at = (share: number) =>
    from.map(([x, y], id) => ({ id, x: x + (to[id][0] - x) * share, y: y + (to[id][1] - y) * share }));
  await client.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0) });
  for (let i = 1; i <= steps; i++) {
    await client.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(i / steps) });
  }
  await client.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await client.detach();
}
