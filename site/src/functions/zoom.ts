/** Moving and zooming a chart: by wheel, by dragging, by two fingers, by keys. */

/** The inputs that are shown. */
export type View = readonly [from: number, to: number];

const NARROWEST = 1e-4;
const FARTHEST = 1e6;

/** A view in which the input `around` keeps its place, and all is `factor` times as wide. */
export function zoomed([from, to]: View, around: number, factor: number): [number, number] {
  const width = Math.min(Math.max((to - from) * factor, NARROWEST), FARTHEST);
  const share = (around - from) / (to - from);
  return limited(around - share * width, width);
}

/** A view moved by a distance. */
export function moved([from, to]: View, distance: number): [number, number] {
  return limited(from + distance, to - from);
}

function limited(from: number, width: number): [number, number] {
  const start = Math.min(Math.max(from, -FARTHEST), FARTHEST - width);
  return [start, start + width];
}

/** What a chart gives and takes. */
export interface Zoomable {
  view(): View;
  /** The input at a place of the window, in pixels from its left. */
  inputAt(clientX: number): number;
  show(view: [number, number]): void;
  reset(): void;
}

/** Makes an element's chart move and zoom. The wheel zooms while the chart has the focus, or with Ctrl, and scrolls the page else. */
export function makeZoomable(frame: HTMLElement, chart: Zoomable): void {
  frame.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== frame) return;
      event.preventDefault();
      chart.show(zoomed(chart.view(), chart.inputAt(event.clientX), 2 ** (event.deltaY / 400)));
    },
    { passive: false },
  );
  frame.addEventListener("keydown", (event) => {
    if (event.target !== frame || event.ctrlKey || event.metaKey || event.altKey) return;
    const [from, to] = chart.view();
    const actions: Record<string, () => void> = {
      "+": () => chart.show(zoomed([from, to], (from + to) / 2, 1 / 1.5)),
      "-": () => chart.show(zoomed([from, to], (from + to) / 2, 1.5)),
      "0": () => chart.reset(),
      ArrowLeft: () => chart.show(moved([from, to], (from - to) / 10)),
      ArrowRight: () => chart.show(moved([from, to], (to - from) / 10)),
    };
    const action = actions[event.key === "=" ? "+" : event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
  makeDraggable(frame, chart);
}

/** One pointer moves the chart; two zoom it, by their distance. */
function makeDraggable(frame: HTMLElement, chart: Zoomable): void {
  const pointers = new Map<number, number>();
  frame.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, event.clientX);
    frame.setPointerCapture(event.pointerId);
  });
  frame.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return;
    const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    pointers.set(event.pointerId, event.clientX);
    if (others.length === 0) {
      chart.show(moved(chart.view(), chart.inputAt(before) - chart.inputAt(event.clientX)));
      return;
    }
    // Fingers that are one over the other would zoom without end.
    const distance = (at: number) => Math.max(Math.abs(at - others[0]), 10);
    chart.show(zoomed(chart.view(), chart.inputAt(others[0]), distance(before) / distance(event.clientX)));
  });
  const end = (event: PointerEvent) => pointers.delete(event.pointerId);
  frame.addEventListener("pointerup", end);
  frame.addEventListener("pointercancel", end);
}
