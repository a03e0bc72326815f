/** A canvas of Braille letters: eight dots a letter, so that curves look like curves in a terminal. */

/** The bits of the dots of a letter, by row and column (Unicode 2800). */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

/** Dots that are set and left out by turns; a solid line has none. */
export type Dash = readonly number[];

/** A letter of the canvas. */
export interface Cell {
  readonly text: string;
  /** The curve that it belongs to; undefined where there is none. */
  readonly curve: number | undefined;
}

/** Lines of dots, in letters. */
export class Canvas {
  /** The size in dots. */
  readonly dotWidth: number;
  readonly dotHeight: number;
  readonly #bits: Uint8Array;
  readonly #curves: Int8Array;
  readonly #texts = new Map<number, string>();

  /** The size in letters. */
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.dotWidth = 2 * width;
    this.dotHeight = 4 * height;
    this.#bits = new Uint8Array(width * height);
    this.#curves = new Int8Array(width * height).fill(-1);
  }

  /** Draws a line through places in dots; where one is NaN, it is broken. */
  line(points: readonly { readonly x: number; readonly y: number }[], curve: number, dash: Dash): void {
    const period = dash.reduce((a, b) => a + b, 0);
    let drawn = 0;
    points.forEach((to, i) => {
      const from = points[i - 1] ?? to;
      const steps = Math.max(1, Math.round(Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y))));
      if (!Number.isFinite(steps)) return;
      for (let step = 1; step <= steps; step++) {
        const [x, y] = [from.x + ((to.x - from.x) * step) / steps, from.y + ((to.y - from.y) * step) / steps];
        if (this.#dot(Math.round(x), Math.round(y), curve, isSet(dash, drawn % period))) drawn++;
      }
    });
  }

  #last = -1;

  /** Sets a dot if wanted, and says whether it is another one than the last. */
  #dot(x: number, y: number, curve: number, isWanted: boolean): boolean {
    if (x < 0 || x >= this.dotWidth || y < 0 || y >= this.dotHeight) return false;
    const key = y * this.dotWidth + x;
    if (key === this.#last) return false;
    this.#last = key;
    const cell = (y >> 2) * this.width + (x >> 1);
    if (isWanted) {
      this.#bits[cell] |= DOTS[y & 3][x & 1];
      this.#curves[cell] = curve;
    }
    return true;
  }

  /** Puts a letter in the place of dots. */
  letter(text: string, x: number, y: number, curve: number): void {
    const cell = y * this.width + x;
    this.#texts.set(cell, text);
    this.#curves[cell] = curve;
  }

  /** The letter of a place; undefined where nothing is drawn. */
  cell(x: number, y: number): Cell | undefined {
    const cell = y * this.width + x;
    const bits = this.#bits[cell];
    const text = this.#texts.get(cell) ?? (bits === 0 ? undefined : String.fromCharCode(0x2800 + bits));
    return text === undefined ? undefined : { text, curve: this.#curves[cell] < 0 ? undefined : this.#curves[cell] };
  }
}

/** Whether a place of a dash's period is drawn. */
function isSet(dash: Dash, place: number): boolean {
  let end = 0;
  for (let i = 0; i < dash.length; i++) if (place < (end += dash[i])) return i % 2 === 0;
  return true;
}
