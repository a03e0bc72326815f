/** Colours and dashes. */

/** A colour by light and by dark. */
interface Colour {
  readonly light: string;
  readonly dark: string;
}

/**
 * The colours of curves: those of Okabe and Ito, which colour-blind readers tell apart, darkened or lightened to a contrast of at
 * least 4.5 against the surface. Their yellow and sky blue can't be darkened so far and stay what they are: brown and grey stand
 * for them.
 *
 * @see https://jfly.uni-koeln.de/color/
 */
export const curveColours: readonly Colour[] = [
  { light: "#0072b2", dark: "#56b4e9" },
  { light: "#c24e00", dark: "#ff8c3b" },
  { light: "#007a5a", dark: "#2fcf9f" },
  { light: "#a3427f", dark: "#eb9dcb" },
  { light: "#1c2127", dark: "#f4f6f8" },
  { light: "#8a6100", dark: "#f0d94a" },
  { light: "#68717c", dark: "#a3adb8" },
];

/** What is not a curve: texts and axes, and the surface behind all. */
export const ink: Colour = { light: "#1c2127", dark: "#e6e9ed" };
export const surface: Colour = { light: "#ffffff", dark: "#14181d" };

/** Dashes of functions, and those of their derivatives, which are thinner; each of its own, in `stroke-dasharray`'s numbers. */
const valueDashes = ["", "12 4", "2 3", "12 4 2 4", "20 5", "6 2", "12 3 2 3 2 3"];
const derivativeDashes = ["7 5", "3 4", "9 3 2 3", "5 2", "14 6", "1 3", "7 3 1 3 1 3"];

/** How a curve is drawn. */
export interface LineStyle {
  /** The index of its colour. */
  readonly colour: number;
  /** Of `stroke-dasharray`; empty for a solid line. */
  readonly dash: string;
  readonly width: number;
}

/**
 * The style of function number `index`, or of its derivative. With more functions than colours, colours return with another dash.
 *
 * @param colour the index of the colour, if it is another than the function's
 */
export function styleOf(index: number, isDerivative = false, colour = index): LineStyle {
  const round = Math.floor(index / curveColours.length);
  const dashes = isDerivative ? derivativeDashes : valueDashes;
  return {
    colour: colour % curveColours.length,
    dash: dashes[(index + round) % dashes.length],
    width: isDerivative ? 1.8 : 2.6,
  };
}

/** The class of what is drawn, or filled, in a curve's colour. */
export const strokeClass = (colour: number): string => `lanewise-stroke-${colour + 1}`;
export const fillClass = (colour: number): string => `lanewise-fill-${colour + 1}`;

function declare(theme: keyof Colour): string {
  const colours = curveColours.map((colour, i) => `--lanewise-${i + 1}:${colour[theme]}`);
  return [`--lanewise-ink:${ink[theme]}`, `--lanewise-surface:${surface[theme]}`, ...colours].join(";");
}

/**
 * The sheet that every plot brings along. Attributes hold the light colours, for programs that know little CSS. As all of it is in
 * `@media screen`, they skip it, and paper is light. It is the same text in each plot, so that several in a page agree; what a page
 * says of `.lanewise-plot` itself prevails over `:where`.
 */
export const styleSheet = `@media screen{
:where(.lanewise-plot){${declare("light")};display:block;max-width:100%;height:auto}
}
@media screen and (prefers-color-scheme:dark){
:where(.lanewise-plot){${declare("dark")}}
}
@media screen{
:where([data-theme="light"] .lanewise-plot){${declare("light")}}
:where([data-theme="dark"] .lanewise-plot){${declare("dark")}}
.lanewise-plot{color:var(--lanewise-ink)}
.lanewise-plot .lanewise-ink{fill:var(--lanewise-ink)}
.lanewise-plot .lanewise-surface{fill:var(--lanewise-surface)}
${curveColours
  .map(
    (_, i) =>
      `.lanewise-plot .${strokeClass(i)}{stroke:var(--lanewise-${i + 1})}\n` +
      `.lanewise-plot .${fillClass(i)}{fill:var(--lanewise-${i + 1})}\n`,
  )
  .join("")}}`;
