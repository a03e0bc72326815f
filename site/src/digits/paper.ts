/** The paper that is drawn on, by mouse, pen or finger. */

import { byId } from "../elements.js";
import { paintDigit } from "./pictures.js";
import { type Point, snap, type Stroke } from "./strokes.js";

/** The pen's width, as a part of the paper. */
const PEN = 0.07;

/** How far the pen goes, as a part of the paper, before another point of its stroke is kept. */
const SPACING = 0.015;

/** A canvas that holds strokes, or shows a digit's pixels instead. */
export class Paper {
  readonly canvas = byId<HTMLCanvasElement>("paper");
  readonly #strokes: Point[][] = [];
  /** The pen that is down. */
  #pen: number | undefined;
  #pixels: Float32Array | undefined;

  /**
   * @param onChange told after each change of the strokes
   * @param onLift told when the pen is lifted
   */
  constructor(
    private readonly onChange: () => void,
    private readonly onLift: () => void,
  ) {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => this.#begin(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const type of ["pointerup", "pointercancel"] as const) {
      canvas.addEventListener(type, (event) => this.#end(event));
    }
    // The ink has the text's colour, which the theme changes.
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
    new MutationObserver(() => this.#draw()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  /** What has been drawn. */
  get strokes(): readonly Stroke[] {
    return this.#strokes;
  }

  /** Puts strokes in the place of what is there. */
  set strokes(strokes: readonly Stroke[]) {
    this.#pixels = undefined;
    // A pen that is down draws no more: another finger may have cleared the paper, and with it the pen's stroke.
    this.#pen = undefined;
    this.#strokes.splice(0, Infinity, ...strokes.map((stroke) => [...stroke]));
    this.#draw();
  }

  /** Shows a digit's pixels in the place of what is there, until something is drawn. */
  show(pixels: Float32Array): void {
    this.strokes = [];
    this.#pixels = pixels;
    this.#draw();
  }

  #begin(event: PointerEvent): void {
    // One finger draws; others do nothing, nor do a mouse's other buttons.
    if (this.#pen !== undefined || event.button !== 0) return;
    event.preventDefault();
    this.#pen = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.#pixels = undefined;
    this.#strokes.push([this.#pointOf(event)]);
    this.#changed();
  }

  #move(event: PointerEvent): void {
    if (event.pointerId !== this.#pen) return;
    const stroke = this.#strokes[this.#strokes.length - 1];
    // Between two frames a fast pen goes on: browsers keep the places.
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length > 0 ? events : [event]) {
      const point = this.#pointOf(each);
      const last = stroke[stroke.length - 1];
      if (Math.hypot(point.x - last.x, point.y - last.y) >= SPACING) stroke.push(point);
    }
    this.#changed();
  }

  #end(event: PointerEvent): void {
    if (event.pointerId !== this.#pen) return;
    this.#pen = undefined;
    this.onLift();
  }

  #changed(): void {
    this.#draw();
    this.onChange();
  }

  #pointOf({ clientX, clientY }: PointerEvent): Point {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return snap({ x: (clientX - left) / width, y: (clientY - top) / height });
  }

  #draw(): void {
    const { canvas } = this;
    const { width, height } = canvas;
    const context = canvas.getContext("2d")!;
    context.clearRect(0, 0, width, height);
    if (this.#pixels !== undefined) {
      const small = document.createElement("canvas");
      paintDigit(small, this.#pixels);
      context.imageSmoothingEnabled = false;
      context.drawImage(small, 0, 0, width, height);
    }
    context.lineWidth = PEN * width;
    context.lineCap = context.lineJoin = "round";
    context.strokeStyle = getComputedStyle(canvas).color;
    for (const stroke of this.#strokes) {
      context.beginPath();
      context.moveTo(stroke[0].x * width, stroke[0].y * height);
      for (const { x, y } of stroke) context.lineTo(x * width, y * height);
      context.stroke();
    }
  }
}
