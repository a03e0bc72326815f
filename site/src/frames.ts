/** Work that is done at most once a frame. */

/**
 * Asks for `work` at the next frame; asking again before then changes nothing, so that a slider which fires more often than the
 * screen shows costs no more than the screen does.
 */
export function oncePerFrame(work: () => void): () => void {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      work();
    });
  };
}

/** Calls `onWidth` with an element's width whenever it changes, and once at the start. */
export function watchWidth(watched: HTMLElement, onWidth: (width: number) => void): void {
  let last = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry.contentRect.width);
    if (width > 0 && width !== last) onWidth((last = width));
  }).observe(watched);
}
