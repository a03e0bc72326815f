/** Inputs where plain formulas fail, beside lanewise. All is computed when it is shown. */

import { expm1, gelu, log1p, logSigmoid, logSumExp, mish, sigmoid, softmax, softplus, tanh } from "lanewise";
import { element, labelCells } from "../elements.js";

/** A formula as most people write it, and the call that doesn't fail. */
interface Failure {
  readonly plainText: string;
  readonly plain: (x: number) => number;
  readonly oursText: string;
  readonly ours: (x: number) => number;
  /** An input at which the plain one fails. */
  readonly input: number;
  readonly why: string;
}

const { exp, log } = Math;

const failures: readonly Failure[] = [
  {
    plainText: "exp(x) / (1 + exp(x))",
    plain: (x) => exp(x) / (1 + exp(x)),
    oursText: "sigmoid(x)",
    ours: (x) => sigmoid(x),
    input: 1000,
    why: "exp(x) overflows: infinity by infinity is no number.",
  },
  {
    plainText: "exp(x) / (exp(x) + exp(x - 1))",
    plain: (x) => exp(x) / (exp(x) + exp(x - 1)),
    oursText: "softmax([x, x - 1])[0]",
    ours: (x) => softmax(Float64Array.of(x, x - 1))[0],
    input: 1000,
    why: "The same of softmax: only differences of logits matter, so the largest may be subtracted first.",
  },
  {
    plainText: "log(exp(x) + exp(x))",
    plain: (x) => log(exp(x) + exp(x)),
    oursText: "logSumExp([x, x])",
    ours: (x) => logSumExp(Float64Array.of(x, x)),
    input: -1000,
    why: "exp(x) is 0 below -745, and its logarithm minus infinity.",
  },
  {
    plainText: "1 - tanh(x)²",
    plain: (x) => 1 - Math.tanh(x) ** 2,
    oursText: "tanh.derivative(x)",
    ours: (x) => tanh.derivative(x),
    input: 20,
    why: "tanh(x) rounds to 1, and nothing is left of the difference: the gradient dies before its time.",
  },
  {
    plainText: "s · (1 - s), s = 1 / (1 + exp(-x))",
    plain: (x) => ((s) => s * (1 - s))(1 / (1 + exp(-x))),
    oursText: "sigmoid.derivative(x)",
    ours: (x) => sigmoid.derivative(x),
    input: 30,
    why: "1 - s has only the digits that s has after its nines.",
  },
  {
    plainText: "exp(x) - 1",
    plain: (x) => exp(x) - 1,
    oursText: "expm1(x)",
    ours: (x) => expm1(x),
    input: 1e-10,
    why: "exp(x) is near 1 and takes x's digits with it when it is rounded.",
  },
  {
    plainText: "log(1 + x)",
    plain: (x) => log(1 + x),
    oursText: "log1p(x)",
    ours: (x) => log1p(x),
    input: 1e-17,
    why: "1 + x is 1 already.",
  },
  {
    plainText: "log(1 / (1 + exp(-x)))",
    plain: (x) => log(1 / (1 + exp(-x))),
    oursText: "logSigmoid(x)",
    ours: (x) => logSigmoid(x),
    input: -1000,
    why: "The probability is 0 in float64; its logarithm is an ordinary number.",
  },
  {
    plainText: "log(1 + exp(x))",
    plain: (x) => log(1 + exp(x)),
    oursText: "softplus(x)",
    ours: (x) => softplus(x),
    input: 1000,
    why: "exp(x) overflows, though the result is x.",
  },
  {
    plainText: "x · tanh(log(1 + exp(x)))",
    plain: (x) => x * Math.tanh(log(1 + exp(x))),
    oursText: "mish(x)",
    ours: (x) => mish(x),
    input: -38,
    why: "1 + exp(x) is 1.",
  },
  {
    plainText: "x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))",
    plain: (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
    oursText: 'gelu(x, { approximate: "tanh" })',
    ours: (x) => gelu(x, { approximate: "tanh" }),
    input: -6,
    why: "1 + tanh of a number far below 0 keeps few digits.",
  },
];

/** How much of a plain result is right, in words. */
export function verdict(plain: number, ours: number): { text: string; isGood: boolean } {
  if (Object.is(plain, ours) || plain === ours) return { text: "the same", isGood: true };
  if (Number.isNaN(plain)) return { text: "not a number", isGood: false };
  if (!Number.isFinite(plain)) return { text: "overflowed", isGood: false };
  if (plain === 0) return { text: "all digits lost", isGood: false };
  const digits = Math.max(0, Math.floor(-Math.log10(Math.abs(plain / ours - 1))));
  return { text: digits >= 15 ? "right to 15 digits" : `${digits} of 16 digits`, isGood: digits >= 13 };
}

/** Fills the table; each row's input can be changed. */
export function showFailures(body: HTMLElement): void {
  body.replaceChildren(...failures.map(rowOf));
  labelCells(body);
}

function rowOf({ plainText, plain, oursText, ours, input, why }: Failure): HTMLTableRowElement {
  const field = element("input", { type: "number", step: "any", value: input, "aria-label": `x of ${oursText}` });
  const cells = { plain: element("output"), ours: element("output"), verdict: element("span") };
  const show = () => {
    const x = field.valueAsNumber;
    if (Number.isNaN(x)) {
      cells.plain.textContent = cells.ours.textContent = "";
      cells.verdict.className = "bad";
      cells.verdict.textContent = "write a number";
      return;
    }
    const { text, isGood } = verdict(plain(x), ours(x));
    cells.plain.textContent = String(plain(x));
    cells.ours.textContent = String(ours(x));
    cells.verdict.className = isGood ? "good" : "bad";
    cells.verdict.textContent = text;
  };
  field.addEventListener("input", show);
  show();
  return element(
    "tr",
    {},
    element("td", {}, field),
    element("th", { scope: "row" }, element("code", {}, plainText), cells.plain),
    element("td", {}, element("code", {}, oursText), cells.ours),
    element("td", {}, cells.verdict, element("span", { class: "why" }, why)),
  );
}
