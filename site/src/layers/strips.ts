/** The distribution of the activations of each layer, a strip a layer. */

import * as Plot from "@observablehq/plot";
import { asImage } from "../chart.js";
import { svgElement } from "../palette.js";
import { LAYERS } from "./network.js";
import { histogram } from "./statistics.js";

const BINS = 72;
const HEIGHT = 330;
const margins = { marginLeft: 52, marginRight: 14, marginTop: 20, marginBottom: 38 } as const;

/** The strips in an element. The cells stay where they are: at most frames only their opacity changes. */
export class Strips {
  readonly #place: Element;
  #shown = "";
  #cells: SVGElement[][] = [];

  constructor(place: Element) {
    this.#place = place;
  }

  /**
   * Draws them.
   *
   * @param activations those of the inputs, then of each layer
   * @param far the value at the right end, and the left one's without its sign
   */
  draw(activations: readonly Float32Array[], far: number, width: number, description: string): void {
    // Ends that change at every frame would be read by nobody.
    const end = 2 ** (Math.ceil(Math.log2(Math.max(far, 1e-30)) * 2) / 2);
    const shown = `${end} ${width}`;
    if (shown !== this.#shown) this.#drawBackdrop(end, width);
    this.#shown = shown;
    activations.forEach((values, layer) => {
      const counts = histogram(values, [-end, end], BINS);
      const most = Math.max(...counts);
      // By the root, so that what is rare is seen beside what is frequent.
      counts.forEach((count, bin) => {
        const cell = this.#cells[layer][bin];
        const opacity = Math.sqrt(count / Math.max(most, 1)).toFixed(2);
        // Most cells stay empty.
        if (cell.getAttribute("fill-opacity") !== opacity) cell.setAttribute("fill-opacity", opacity);
      });
    });
    const svg = this.#place.querySelector("svg")!;
    svg.setAttribute("aria-label", `Distribution of the activations of each layer. ${description}`);
  }

  #drawBackdrop(end: number, width: number): void {
    const svg = Plot.plot({
      width,
      height: HEIGHT,
      ...margins,
      className: "chart",
      x: { label: "activation", domain: [-end, end], ticks: Math.max(3, Math.floor(width / 120)), grid: true },
      y: {
        type: "band",
        label: null,
        domain: Array.from({ length: LAYERS + 1 }, (_, i) => i),
        tickFormat: (layer: number) => (layer === 0 ? "input" : String(layer)),
        padding: 0.15,
        tickSize: 0,
      },
      marks: [Plot.ruleX([0], { stroke: "var(--muted)" })],
    }) as SVGSVGElement & Plot.Plot;
    asImage(svg, "");
    const scale = svg.scale("y")!;
    const size = (width - margins.marginLeft - margins.marginRight) / BINS;
    this.#cells = Array.from({ length: LAYERS + 1 }, (_, layer) =>
      Array.from({ length: BINS }, (_, bin) =>
        svgElement("rect", {
          x: margins.marginLeft + bin * size,
          y: scale.apply(layer) as number,
          width: size + 0.2,
          height: scale.bandwidth!,
          style: "fill:var(--series-1)",
        }),
      ),
    );
    svg.append(...this.#cells.flat());
    this.#place.replaceChildren(svg);
  }
}
