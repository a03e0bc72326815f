import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import {
  elu,
  exp,
  functions,
  gelu,
  hardshrink,
  leakyRelu,
  log,
  prelu,
  relu,
  sigmoid,
  silu,
  step,
  tanh,
  tanhshrink,
  threshold,
} from "lanewise";
import { parseHTML } from "linkedom";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Curve, cutOff, sampleCurve } from "../src/plot/curve.js";
import { createDocument } from "../src/plot/dom.js";
import { findErrors } from "../src/plot/error.js";
import { gradientFlow } from "../src/plot/gradientFlow.js";
import * as page from "../src/plot/index.js";
import { plot, plotError, plotGradientFlow, plotLinearCollapse, plotSoftmax } from "../src/plot/node.js";
import { readFunctions } from "../src/plot/options.js";
import { plainFormulas } from "../src/plot/plain.js";
import { curveColours, ink, styleOf, surface } from "../src/plot/theme.js";

/** The svg of a text. */
function parse(text: string): Element {
  return parseHTML(`<!doctype html><body>${text}</body>`).document.querySelector("svg")!;
}

function textsOf(svg: Element, selector: string): string[] {
  return Array.from(svg.querySelectorAll(selector), ({ textContent }) => textContent ?? "");
}

const legendOf = (svg: Element) => textsOf(svg, ".lanewise-legend text");

/** The paths of the curves: for each the text of `d`. */
const curvesOf = (svg: Element) =>
  Array.from(svg.querySelectorAll('g[data-mark="line"] path'), (path) => path.getAttribute("d")!);

/** The points of a curve, each of which but the first of a piece is told by the way from the one before. */
function pointsOf(path: string): [number, number][] {
  let last = [0, 0];
  return Array.from(path.matchAll(/([Ml])(-?[\d.]+),(-?[\d.]+)/g), ([, command, ...numbers]) => {
    const [x, y] = numbers.map((number, i) => Number(number) + (command === "l" ? last[i] : 0));
    last = [x, y];
    return [x, y];
  });
}

/** How often the pen is set down. */
const pieces = (path: string) => path.match(/M/g)!.length;

const every = {
  plot: () => plot([sigmoid, tanh], { derivative: true }),
  jumps: () => plot([step, hardshrink, threshold], { derivative: true }),
  cut: () => plot([exp, log], { derivative: true }),
  plotSoftmax: () => plotSoftmax([2, 1, 0.1]),
  plotGradientFlow: () => plotGradientFlow([sigmoid, relu, step, exp]),
  plotLinearCollapse: () => plotLinearCollapse(),
  plotError: () => plotError(tanhshrink),
};

describe.each(Object.entries(every))("%s", (_, draw) => {
  const text = draw();
  const svg = parse(text);

  it("is one svg, the same each time, with no number that is none", () => {
    expect(text).toMatch(/^<svg [^]*<\/svg>$/);
    expect(text).toContain('xmlns="http://www.w3.org/2000/svg"');
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
    expect(draw()).toBe(text);
  });

  it("has a name and a description", () => {
    expect(svg.getAttribute("role")).toBe("img");
    const named = svg.getAttribute("aria-labelledby")!.split(" ");
    const [title, description] = named.map((id) => svg.querySelector(`[id="${id}"]`)!);
    expect([title.tagName, description.tagName].map((name) => name.toLowerCase())).toEqual(["title", "desc"]);
    expect(Math.min(title.textContent!.length, description.textContent!.length)).toBeGreaterThan(3);
    const ids = Array.from(text.matchAll(/ id="([^"]*)"/g), ([, id]) => id);
    expect(ids.sort()).toEqual([...named].sort());
    // axe: a label needs a role.
    expect(text.match(/ aria-[a-z]+=/g)!.filter((name) => name !== " aria-hidden=")).toEqual([" aria-labelledby="]);
  });

  it("is light by attributes, and light or dark by its sheet, whose rules are of this class alone", () => {
    const [sheet, ...others] = textsOf(svg, "style");
    expect(others).toEqual([]);
    for (const { light, dark } of [ink, surface, ...curveColours]) {
      expect(sheet.split(light).length).toBeGreaterThan(2);
      expect(sheet.split(dark).length).toBeGreaterThan(2);
    }
    const selectors = sheet.match(/[^{}]+(?=\{)/g)!.map((selector) => selector.trim());
    expect(selectors.filter((selector) => !/^@media|lanewise-plot/.test(selector))).toEqual([]);
    // A program that knows no CSS, such as one that makes a png, sees light colours.
    const painted = Array.from(svg.querySelectorAll("[class^=lanewise-stroke]"));
    for (const element of painted) {
      const number = /lanewise-stroke-(\d)/.exec(element.getAttribute("class")!)![1];
      expect(element.getAttribute("stroke")).toBe(curveColours[Number(number) - 1].light);
    }
    expect(svg.querySelector("rect.lanewise-surface")!.getAttribute("fill")).toBe(surface.light);
  });
});

describe("plot", () => {
  it("draws a curve a function, and a derivative with another dash, each in the legend", () => {
    const svg = parse(plot([sigmoid, tanh], { derivative: true, domain: [-4, 4] }));
    expect(curvesOf(svg)).toHaveLength(4);
    expect(legendOf(svg)).toEqual(["sigmoid", "sigmoid: derivative", "tanh", "tanh: derivative"]);
    const of = (selector: string) =>
      Array.from(svg.querySelectorAll(selector), (line) => [
        line.getAttribute("stroke"),
        line.getAttribute("stroke-dasharray") ?? "none",
      ]);
    expect(of(".lanewise-legend line")).toEqual(of('g[data-mark="line"]'));
    expect(new Set(of(".lanewise-legend line").map(([, dash]) => dash)).size).toBe(4);
    expect(textsOf(svg, "title")).toEqual(["sigmoid, tanh and their derivatives"]);
    expect(textsOf(svg, "desc")[0]).toContain("sigmoid: derivative has values from 0.0177 to 0.25");
  });

  it("keeps the legend above the curves", () => {
    for (const width of [340, 640]) {
      const svg = parse(plot(functions.slice(0, 12), { width }));
      const panel = Number(svg.querySelector("svg")!.getAttribute("y"));
      const entries = Array.from(svg.querySelectorAll(".lanewise-legend > g"));
      expect(entries).toHaveLength(12);
      for (const entry of entries) {
        const [x, y] = /\(([\d.]+),([\d.]+)\)/.exec(entry.getAttribute("transform")!)!.slice(1).map(Number);
        // After a line of 20 pixels, letters that are 7 wide.
        expect(x + 26 + 7 * entry.textContent!.length).toBeLessThan(width);
        expect(y + 8).toBeLessThan(panel);
      }
    }
  });

  it("does not bridge jumps, and marks whose value is whose", () => {
    const svg = parse(plot([step, hardshrink, relu]));
    expect(curvesOf(svg).map(pieces)).toEqual([2, 3, 1]);
    const dots = Array.from(svg.querySelectorAll('g[data-mark="dot"]'), (group) => group.children.length);
    // Rings, then discs, of step, hardshrink and relu.
    expect(dots).toEqual([1, 1, 2, 2]);
  });

  it("takes its domain from the definitions, and what is given before that", () => {
    const numbers = (svg: Element) => /x from (\S+) to (\S+?)\.(?: |$)/.exec(textsOf(svg, "desc")[0])!.slice(1);
    expect(numbers(parse(plot(sigmoid)))).toEqual(["−4", "4"]);
    expect(numbers(parse(plot(log)))).toEqual(["0", "10"]);
    expect(numbers(parse(plot([log, exp])))).toEqual(["−4", "10"]);
    expect(numbers(parse(plot(log, { domain: [1, 2.5] })))).toEqual(["1", "2.5"]);
  });

  it("passes parameters to the functions that have them, or to each its own", () => {
    const shared = parse(plot([leakyRelu, elu, relu], { parameters: { negativeSlope: 0.2, alpha: 2 } }));
    expect(legendOf(shared)).toEqual(["leakyRelu, negativeSlope = 0.2", "elu, alpha = 2", "relu"]);
    const each = parse(plot([leakyRelu, leakyRelu], { parameters: [{}, { negativeSlope: 0.5 }] }));
    expect(legendOf(each)).toEqual(["leakyRelu", "leakyRelu, negativeSlope = 0.5"]);
    expect(textsOf(each, "desc")[0]).toContain("negativeSlope = 0.5 has values from −2 to 4");
    expect(legendOf(parse(plot(prelu, { derivative: true })))).toEqual(["prelu", "derivative"]);
  });

  it("cuts off what is far above the rest, at the edge", () => {
    const panel = parse(plot([exp, sigmoid], { height: 400 })).querySelector("svg")!;
    const ys = curvesOf(panel).flatMap((path) => pointsOf(path).map(([, y]) => y));
    const height = Number(panel.getAttribute("height"));
    // The panel's margins are 28 and 40.
    expect(Math.min(...ys)).toBeCloseTo(28, 9);
    expect(Math.max(...ys)).toBeLessThan(height - 40);
  });

  it("tells points as Plot makes them, to hundredths of a pixel", () => {
    const [line] = curvesOf(parse(plot(sigmoid, { domain: [-4, 4], width: 640 })));
    const points = pointsOf(line);
    expect(points.length).toBeGreaterThan(300);
    const [first, last] = [points[0], points[points.length - 1]];
    const scale = (last[0] - first[0]) / 8;
    const low = first[1];
    const rise = (low - last[1]) / (1 / (1 + Math.exp(-4)) - 1 / (1 + Math.exp(4)));
    for (const [x, y] of points) {
      const value = 1 / (1 + Math.exp(-((x - first[0]) / scale - 4)));
      expect(Math.abs(low - (value - 1 / (1 + Math.exp(4))) * rise - y)).toBeLessThan(0.015);
    }
  });

  it("has no derivative where there is no value", () => {
    const [, derivative] = curvesOf(parse(plot(log, { domain: [-2, 10], derivative: true, range: [-3, 3] })));
    const [from] = derivative.match(/(?<=M)[\d.]+/)!;
    expect(Number(from)).toBeGreaterThan(48 + (2 / 12) * 572);
  });

  it("has a title of one's own, hidden if wanted, and escapes texts", () => {
    const own = plot(relu, { title: "a < b & c", description: "what is seen" });
    expect(own).toContain("a &lt; b &amp; c</title>");
    expect(textsOf(parse(own), "desc")).toEqual(["what is seen"]);
    const hidden = parse(plot(relu, { title: false }));
    expect(textsOf(hidden, "title")).toEqual(["relu"]);
    expect(textsOf(hidden, "text[font-weight=bold]")).toEqual([]);
  });

  it("draws every function", () => {
    for (const fn of functions) {
      const svg = parse(plot(fn, { derivative: true }));
      expect(curvesOf(svg)).toHaveLength(2);
    }
  });
});

describe("plotSoftmax", () => {
  it("has a panel a temperature, with bars as high as the probabilities", () => {
    const svg = parse(plotSoftmax([2, 1, 0.1], { temperatures: [1, 2] }));
    const panels = Array.from(svg.querySelectorAll("svg"));
    expect(panels).toHaveLength(2);
    const heights = panels.map((panel) =>
      Array.from(panel.querySelectorAll('g[data-mark="bar"] rect'), (bar) => Number(bar.getAttribute("height"))),
    );
    const ratios = heights.map(([first, second]) => first / second);
    expect(ratios[0]).toBeCloseTo(Math.E, 5);
    expect(ratios[1]).toBeCloseTo(Math.sqrt(Math.E), 5);
    expect(textsOf(svg, "text").filter((text) => /^0\.\d+$/.test(text) && text.length > 3)).toContain("0.659");
  });

  it("lays panels below each other where they'd be too narrow, and then is higher", () => {
    const svg = parse(plotSoftmax(new Float32Array(20), { temperatures: [1, 2, 3, 4], width: 340, height: 200 }));
    const tops = Array.from(svg.querySelectorAll("svg"), (panel) => Number(panel.getAttribute("y")));
    expect(new Set(tops).size).toBe(4);
    expect(Number(svg.getAttribute("height"))).toBeGreaterThan(600);
  });
});

describe("plotGradientFlow", () => {
  const flow = (fn: Parameters<typeof plot>[0], layers: number, input = 1, weight = 1) =>
    gradientFlow(readFunctions("test", fn, undefined)[0], layers, input, weight);

  it("multiplies the derivatives where the signal passes", () => {
    const s = (x: number) => 1 / (1 + Math.exp(-x));
    const d = (x: number) => s(x) * (1 - s(x));
    expect(flow(sigmoid, 3, 0.5)[2]).toBeCloseTo(d(0.5) * d(s(0.5)) * d(s(s(0.5))), 12);
    expect(flow(sigmoid, 2, 0.5, 2)[1]).toBeCloseTo(4 * d(1) * d(2 * s(1)), 12);
    expect(flow(sigmoid, 10)[9]).toBeLessThan(0.25 ** 10);
    expect(flow(relu, 10)).toEqual(new Array(10).fill(1));
    expect(flow(relu, 3, 1, -1)).toEqual([0, 0, 0]);
    expect(flow(relu, 3, 1, 2)).toEqual([2, 4, 8]);
  });

  it("says why a line ends", () => {
    const svg = parse(plotGradientFlow([sigmoid, step, exp], { layers: 10 }));
    expect(legendOf(svg)).toEqual(["sigmoid", "step (0 from layer 1 on)", "exp (no number from layer 4 on)"]);
    const long = parse(plotGradientFlow(relu, { layers: 100, weight: 5, width: 300 }));
    expect(legendOf(long)).toEqual(["relu (too large for float32 from layer 56 on)"]);
    // In two lines, as one is wider than the svg.
    expect(textsOf(long, ".lanewise-legend tspan")).toHaveLength(2);
    expect(textsOf(svg, "title")).toEqual(["What is left of a gradient after 1 to 10 layers of sigmoid, step and exp"]);
  });
});

describe("plotLinearCollapse", () => {
  it("has three lines of the linear layer, and three curves of sigmoid", () => {
    const svg = parse(plotLinearCollapse());
    expect(legendOf(svg)).toEqual(["h(x)", "h(h(x))", "h(h(h(x)))"]);
    for (const panel of Array.from(svg.querySelectorAll("svg"))) expect(new Set(curvesOf(panel)).size).toBe(3);
    const bends = Array.from(svg.querySelectorAll("svg"), (panel) =>
      curvesOf(panel).map((path) => {
        const points = pointsOf(path);
        const [[x0, y0], [x1, y1]] = [points[0], points[points.length - 1]];
        return Math.max(...points.map(([x, y]) => Math.abs(y - y0 - ((y1 - y0) * (x - x0)) / (x1 - x0))));
      }),
    );
    // Points are rounded to hundredths.
    expect(Math.max(...bends[0])).toBeLessThan(0.011);
    expect(bends[1]).toHaveLength(3);
    expect(Math.min(...bends[1])).toBeGreaterThan(0.2);
  });
});

describe("plotError", () => {
  it.each(functions.map((fn) => [fn.definition.name, fn] as const))(
    "%s: lanewise keeps its bound, plain JavaScript is the same function",
    (name, fn) => {
      const [bound] = readFunctions("test", fn, undefined);
      const [from, to] = fn.definition.domain ?? [-4, 4];
      const { lanewise } = findErrors(bound, from, to);
      expect(Math.max(...lanewise.map(({ y }) => y))).toBeLessThanOrEqual(Math.max(0.5, fn.definition.ulp.value));
      for (let i = 1; i < 200; i++) {
        const x = Math.fround(from + ((to - from) * i) / 200);
        const exact = bound.value(x);
        const plain = plainFormulas[name](x, bound.parameters as Record<string, number>);
        // On the left, 1 + erf(x) loses the digits whose loss the plot of logNdtr shows, and on the right 1 - erf(x) those of erfcx.
        if (name === "erfcx" && x > 1) continue;
        const tolerance = name === "logNdtr" ? 1e-3 : name === "erfcx" ? 1e-5 : 2e-6;
        expect(Math.abs(plain - exact)).toBeLessThan(tolerance * Math.max(1, Math.abs(exact)));
      }
    },
  );

  it("shows that plain JavaScript cancels, on a logarithmic axis", () => {
    const svg = parse(plotError(tanhshrink));
    expect(legendOf(svg)).toEqual(["plain JavaScript, each step in float32", "lanewise", "float32's limit, 0.5 ulp"]);
    const [, ours, plain] = /: (\S+) of lanewise, (\S+) of plain/.exec(textsOf(svg, "desc")[0])!.map(Number);
    expect(ours).toBeLessThanOrEqual(tanhshrink.definition.ulp.value);
    expect(plain).toBeGreaterThan(100);
    expect(textsOf(svg, "text")).toContain("1000");
  });

  it("rounds parameters as calls with float32 do", () => {
    const svg = parse(plotError(leakyRelu, { parameters: { negativeSlope: 0.1 } }));
    expect(Number(/: (\S+) of lanewise/.exec(textsOf(svg, "desc")[0])![1])).toBeLessThanOrEqual(0.5);
    expect(textsOf(svg, "title")).toEqual(["Error of leakyRelu, negativeSlope = 0.1 in float32"]);
  });

  it("takes gelu's word as a parameter", () => {
    const title = textsOf(parse(plotError(gelu, { parameters: { approximate: "tanh" } })), "title");
    expect(title).toEqual(["Error of gelu, approximate = tanh in float32"]);
  });
});

describe("curves", () => {
  it("are cut off where they cross an edge", () => {
    const line = [-2, 2, -2, NaN, 0].map((y, x) => ({ x, y }));
    const cut = cutOff({ line, reached: [], missed: line } satisfies Curve, -1, 1);
    const seen = cut.line.filter(({ y }) => !Number.isNaN(y)).map(({ x, y }) => [x, y]);
    expect(seen).toEqual([
      [0.25, -1],
      [0.75, 1],
      [1.25, 1],
      [1.75, -1],
      [4, 0],
    ]);
    expect(cut.missed).toEqual([{ x: 4, y: 0 }]);
    const gaps = cut.line.map(({ y }) => Number.isNaN(y));
    expect(gaps).toEqual([false, false, true, false, false, true, false]);
  });

  it("have jumps of any size on a domain of any size", () => {
    for (const scale of [1e-9, 1, 1e9]) {
      const { reached } = sampleCurve((x) => (x > 0.31234567 * scale ? 2 : 1), -scale, scale);
      expect(reached).toHaveLength(1);
      expect(reached[0].x / scale).toBeCloseTo(0.31234567, 9);
    }
  });

  it("are seen where all values are farther from 0 than the domain's ends", () => {
    for (const [fn, domain] of [
      [exp, [10, 12]],
      [log, [1e-9, 1e-8]],
    ] as const) {
      expect(curvesOf(parse(plot(fn, { domain })))).toHaveLength(1);
    }
  });

  it("have no jumps where large values are far apart by rounding", () => {
    expect(sampleCurve(Math.exp, 0, 700).reached).toEqual([]);
    expect(sampleCurve((x) => x ** 3, -1e5, 1e5).reached).toEqual([]);
    expect(parse(plot(exp, { domain: [-40, 40] })).querySelector("desc")!.textContent).not.toContain("jump");
  });
});

describe("the colours", () => {
  /** WCAG's relative luminance. */
  const luminance = (colour: string) => {
    const [r, g, b] = [1, 3, 5].map((i) => {
      const c = parseInt(colour.slice(i, i + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };

  it.each(["light", "dark"] as const)("stand out by 4.5 against the surface: %s", (theme) => {
    for (const colour of [ink, ...curveColours]) {
      expect(contrast(colour[theme], surface[theme])).toBeGreaterThan(4.5);
    }
  });

  it("come with a dash of their own, also when they return", () => {
    const styles = Array.from({ length: 21 }, (_, i) => styleOf(i));
    expect(new Set(styles.map(({ colour, dash }) => `${colour} ${dash}`)).size).toBe(21);
    const dashes = Array.from({ length: 7 }, (_, i) => [styleOf(i).dash, styleOf(i, true).dash]).flat();
    expect(new Set(dashes).size).toBe(14);
  });
});

describe("in a page", () => {
  beforeAll(() => void vi.stubGlobal("document", createDocument()));
  afterAll(() => void vi.unstubAllGlobals());

  it("gives elements, whose ids are in none before", () => {
    const made = [page.plot(sigmoid), page.plot(sigmoid), page.plotSoftmax([1]), page.plotGradientFlow(relu)];
    made.push(page.plotLinearCollapse(), page.plotError(relu));
    expect(made.every(({ tagName }) => tagName.toLowerCase() === "svg")).toBe(true);
    const ids = made.flatMap((svg) => svg.getAttribute("aria-labelledby")!.split(" "));
    expect(new Set(ids).size).toBe(12);
  });

  it("tells where numbers lie", () => {
    const svg = page.plot([sigmoid, silu], { domain: [-4, 4], range: [-1, 5], width: 640, height: 400 });
    const { x, y } = page.scalesOf(svg);
    expect([x.domain, y.domain]).toEqual([
      [-4, 4],
      [-1, 5],
    ]);
    expect([x.apply(-4), x.apply(4)]).toEqual([48, 620]);
    // The bottom of the panel is that of the svg.
    expect(y.apply(-1)).toBeCloseTo(360, 9);
    expect(y.invert(y.apply(2.5))).toBeCloseTo(2.5, 9);
    expect(x.invert(x.apply(1))).toBeCloseTo(1, 9);
    const other = document.createElementNS("http://www.w3.org/2000/svg", "svg") as SVGSVGElement;
    expect(() => page.scalesOf(other)).toThrow("scalesOf: svg must be what plot of lanewise/plot has returned");
  });
});

it('import "lanewise/plot" works in Node, from what is built', () => {
  const program = `
    import { plot } from "lanewise/plot";
    import { sigmoid } from "lanewise";
    console.log(plot(sigmoid));`;
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", program], { cwd, encoding: "utf8" });
  expect(printed.trim()).toBe(plot(sigmoid));
});
