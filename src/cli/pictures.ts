/** The pictures of `lanewise plot`. */

import { titleOf } from "../plot/functions.js";
import { TITLE } from "../plot/linearCollapse.js";
import { plot, plotError, plotGradientFlow, plotLinearCollapse, plotSoftmax } from "../plot/node.js";
import { listOf } from "../plot/options.js";
import { UsageError } from "./errors.js";
import { asUsageError, givenParameters } from "./options.js";
import { writePicture } from "./picture.js";
import type { PlotOptions } from "./plotCommand.js";
import { type ElementwiseTarget, elementwiseNames, elementwiseOf, nearest, refuseOthers, targets } from "./targets.js";
import { showCurves, showGradientFlow, showLinearCollapse, showSoftmax } from "./terminalPlots.js";

/** A picture in both its forms. */
interface Picture {
  readonly title: string;
  /** The options that it takes beside those of every picture. */
  readonly takes: readonly (keyof PlotOptions)[];
  svg(): string;
  /** The text for the terminal. */
  text(): string;
}

/** Draws what names and options ask for. */
export async function draw(names: readonly string[], options: PlotOptions): Promise<void> {
  const picture = pictureOf(names, options);
  for (const name of ["derivative", "error", "domain", "layers", "logits", "temperature"] as const) {
    if (options[name] !== undefined && !picture.takes.includes(name))
      throw new UsageError(`--${name} is not for this plot`);
  }
  try {
    if (options.output === undefined) process.stdout.write(`${picture.text()}\n`);
    else await writePicture(options.output, picture.svg(), picture.title);
  } catch (error) {
    throw asUsageError(error, { ...options });
  }
}

/** The picture that names and options ask for. */
function pictureOf(names: readonly string[], options: PlotOptions): Picture {
  const [first, ...others] = names;
  const frame = given(options, ["title", "width", "height"]);
  if (others.length > 0 && names.includes("linear-collapse"))
    throw new UsageError("linear-collapse takes no functions");
  if (others.length > 0 && first !== "gradient-flow" && names.includes("softmax"))
    throw new UsageError("plot softmax takes no other functions");
  if (others.includes("gradient-flow"))
    throw new UsageError("gradient-flow comes once, before the functions: gradient-flow sigmoid relu");
  if (first === "softmax") return softmaxPicture(options, frame);
  if (first === "linear-collapse") {
    const { title = TITLE } = options;
    return {
      title,
      takes: [],
      svg: () => plotLinearCollapse(frame),
      text: () => showLinearCollapse({ ...options, title }),
    };
  }
  if (first === "gradient-flow") {
    if (others.length === 0) throw new UsageError("gradient-flow needs functions, such as: gradient-flow sigmoid relu");
    return flowPicture(others.map(curveOf), options, frame);
  }
  const chosen = names.map(curveOf);
  return options.error ? errorPicture(chosen, options, frame) : curvesPicture(chosen, options, frame);
}

/** The function of a name, whose curve can be drawn. */
function curveOf(name: string): ElementwiseTarget {
  if (!targets.has(name)) {
    refuseOthers(name);
    const near = nearest(name, [...elementwiseNames, "softmax", "gradient-flow", "linear-collapse"]);
    if (near !== "") throw new UsageError(`there is no function ${name}${near}`);
  }
  const target = elementwiseOf(name);
  if (target.isDerivative) throw new UsageError(`${name}: write ${name.replace(/\..*/, "")} --derivative`);
  return target;
}

/** The options of these names that are given. */
function given<N extends keyof PlotOptions>(
  options: PlotOptions,
  names: readonly N[],
): { [K in N]?: NonNullable<PlotOptions[K]> } {
  return Object.fromEntries(
    names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  ) as {
    [K in N]?: NonNullable<PlotOptions[K]>;
  };
}

type Frame = ReturnType<typeof given<"title" | "width" | "height">>;

/** The parameters of each of the functions. */
function parametersOf(chosen: readonly ElementwiseTarget[], options: PlotOptions) {
  return chosen.map(
    (target) =>
      givenParameters(target, options as Readonly<Record<string, unknown>>) as Record<string, number | string>,
  );
}

const namesOf = (chosen: readonly ElementwiseTarget[]): string[] => chosen.map(({ name }) => name);

function curvesPicture(chosen: readonly ElementwiseTarget[], options: PlotOptions, frame: Frame): Picture {
  const title = options.title ?? titleOf(namesOf(chosen), options.derivative === true);
  const all = { ...frame, ...given(options, ["derivative", "domain"]), parameters: parametersOf(chosen, options) };
  const functions = chosen.map(({ fn }) => fn);
  return {
    title,
    takes: ["derivative", "domain"],
    svg: () => plot(functions, all),
    text: () => showCurves(functions, { ...all, title }),
  };
}

function errorPicture(chosen: readonly ElementwiseTarget[], options: PlotOptions, frame: Frame): Picture {
  if (chosen.length > 1) throw new UsageError("--error is of one function");
  const [parameters] = parametersOf(chosen, options);
  return {
    title: options.title ?? `Errors of ${chosen[0].name}`,
    takes: ["error", "domain"],
    svg: () => plotError(chosen[0].fn, { ...frame, ...given(options, ["domain"]), parameters }),
    text: () => {
      throw new UsageError("--error has too many points for a terminal: write -o error.svg");
    },
  };
}

function flowPicture(chosen: readonly ElementwiseTarget[], options: PlotOptions, frame: Frame): Picture {
  const functions = chosen.map(({ fn }) => fn);
  const title = options.title ?? `What is left of a gradient over layers of ${listOf(namesOf(chosen))}`;
  const all = { ...frame, ...given(options, ["layers"]), parameters: parametersOf(chosen, options) };
  return {
    title,
    takes: ["layers"],
    svg: () => plotGradientFlow(functions, all),
    text: () => showGradientFlow(functions, { ...all, title }),
  };
}

function softmaxPicture({ logits, temperature, title = "softmax" }: PlotOptions, frame: Frame): Picture {
  if (logits === undefined) throw new UsageError("softmax needs logits, such as: plot softmax --logits 2 1 0.1");
  if (!logits.every(Number.isFinite)) throw new UsageError("--logits must be finite numbers");
  const temperatures = temperature === undefined ? {} : { temperatures: temperature };
  return {
    title,
    takes: ["logits", "temperature"],
    svg: () => plotSoftmax(logits, { ...frame, ...temperatures }),
    text: () => showSoftmax(logits, temperature ?? [0.5, 1, 2], { ...frame, title }),
  };
}
