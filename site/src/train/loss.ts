/** The plot of the loss. */

import { lineY, plot, ruleY } from "@observablehq/plot";
import { asImage } from "../chart.js";

/** Points of the line at most. */
const POINTS = 400;

/** The least time between two drawings, in milliseconds: a plot takes longer than a frame. */
const INTERVAL = 150;

/** Most numbers on the scale of losses. */
const TICKS = 8;

/** The numbers with these first digits from 10^-6 to 10^2. */
const numbersBy = (...digits: number[]) =>
  [-6, -5, -4, -3, -2, -1, 0, 1, 2].flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)));

/** The losses of a training, and their plot. */
export class LossPlot {
  #losses: number[] = [];
  #isWaiting = false;

  constructor(private readonly container: HTMLElement) {}

  /** Forgets all losses. */
  clear(): void {
    this.#losses = [];
    this.#drawSoon();
  }

  /** Adds the losses of further steps. */
  add(losses: Iterable<number>): void {
    this.#losses.push(...losses);
    this.#drawSoon();
  }

  #drawSoon(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    setTimeout(() => {
      this.#isWaiting = false;
      this.#draw();
    }, INTERVAL);
  }

  #draw(): void {
    const losses = this.#losses;
    if (losses.length === 0) return;
    const every = Math.ceil(losses.length / POINTS);
    const points: { step: number; loss: number }[] = [];
    for (let step = 0; step < losses.length; step += every) points.push({ step, loss: losses[step] });
    points.push({ step: losses.length - 1, loss: losses[losses.length - 1] });
    const values = points.map(({ loss }) => loss).filter((loss) => loss > 0 && Number.isFinite(loss));
    const domain = [Math.min(0.1, ...values), Math.max(1, ...values)];
    const within = (numbers: number[]) => numbers.filter((number) => number >= domain[0] && number <= domain[1]);
    const fine = within(numbersBy(1, 2, 5));
    const shown = fine.length > TICKS ? within(numbersBy(1)) : fine;
    const picture = plot({
      width: Math.max(this.container.clientWidth, 240),
      height: 320,
      marginLeft: 56,
      marginBottom: 44,
      style: { fontSize: "13px" },
      ariaDescription: `From ${losses[0]?.toPrecision(3)} before training to ${losses.at(-1)?.toPrecision(3)}`,
      x: { label: "steps", domain: [0, Math.max(losses.length - 1, 10)], ticks: 4, labelOffset: 40 },
      y: { label: "loss", type: "log", domain, ticks: shown, tickFormat: String, grid: true },
      marks: [
        ruleY([Math.LN2], { stroke: "currentColor", strokeDasharray: "4 4" }),
        lineY(points, { x: "step", y: "loss", stroke: "var(--accent)", strokeWidth: 2.5 }),
      ],
    });
    asImage(picture, "The loss after each step");
    this.container.replaceChildren(picture);
  }
}
