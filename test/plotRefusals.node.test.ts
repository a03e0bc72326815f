import { elu, leakyRelu, relu, sigmoid, softmax } from "lanewise";
import { describe, expect, it } from "vitest";
import { plot, plotError, plotGradientFlow, plotLinearCollapse, plotSoftmax } from "../src/plot/node.js";

describe("what can't be drawn is refused", () => {
  const call = (draw: (...args: never[]) => unknown, ...args: unknown[]) =>
    (draw as (...args: unknown[]) => unknown)(...args);
  const cases = [
    [
      plot,
      [sigmoid, { derivate: true }],
      "plot: there is no option derivate, only derivative, domain, range, parameters, width, height, title, description: did you mean derivative?",
    ],
    [plot, [sigmoid, { xlim: [0, 1] }], "did you mean domain?"],
    [plot, [sigmoid, 3], "plot: options must be an object such as { width: 640 }, not 3"],
    [
      plot,
      ["sigmoid"],
      'plot: functions must be an elementwise function of lanewise such as sigmoid, not "sigmoid"; write sigmoid, imported from "lanewise"',
    ],
    [plot, [[sigmoid, Math.tanh]], "plot: functions[1] must be"],
    [plot, [softmax], "such as sigmoid, not a Function: plotSoftmax draws softmax"],
    [
      plotError,
      [{ definition: sigmoid.definition }],
      "plotError: function must be a function that can be called, not an Object",
    ],
    [plot, [[]], "plot: functions must hold at least one function"],
    [plot, [sigmoid, { domain: [4, -4] }], "plot: domain must be two finite numbers, the smaller first, not [4, -4]"],
    [plot, [sigmoid, { domain: 4 }], "plot: domain must be two numbers such as [-4, 4], not 4"],
    [plot, [sigmoid, { range: ["a", 1] }], 'plot: range[0] must be a number, not "a"'],
    [plot, [sigmoid, { width: 10 }], "plot: width must be from 160 to 10000, not 10"],
    [plot, [sigmoid, { title: 3 }], "plot: title must be a text, or false for none, not 3"],
    [plot, [sigmoid, { derivative: "yes" }], 'plot: derivative must be true or false, not "yes"'],
    [plot, [sigmoid, { parameters: { slope: 1 } }], "plot: sigmoid has no parameter slope"],
    [
      plot,
      [[leakyRelu, elu], { parameters: { slope: 1 } }],
      "plot: leakyRelu and elu have no parameter slope, only negativeSlope, alpha: did you mean negativeSlope?",
    ],
    [
      plot,
      [[leakyRelu, elu], { parameters: [{}] }],
      "plot: parameters must have an object for each of 2 functions, not 1",
    ],
    [
      plot,
      [[leakyRelu, elu], { parameters: [{}, { negativeSlope: 1 }] }],
      "plot: elu has no parameter negativeSlope, only alpha",
    ],
    [
      plot,
      [leakyRelu, { parameters: { negativeSlope: NaN } }],
      "plot: leakyRelu: negativeSlope must be finite, not NaN",
    ],
    [plotSoftmax, [3], "plotSoftmax: logits must be an array of numbers such as [2, 1, 0.1], not 3"],
    [plotSoftmax, [[]], "plotSoftmax: logits must hold at least one number"],
    [plotSoftmax, [[1], { temperature: [1] }], "did you mean temperatures?"],
    [plotSoftmax, [[1], { temperatures: [0] }], "plotSoftmax: temperatures must be finite and greater than 0, not 0"],
    [plotSoftmax, [[1, 2], { labels: ["a"] }], "plotSoftmax: labels must be 2 texts, one for each logit"],
    [plotGradientFlow, [relu, { depth: 3 }], "did you mean layers?"],
    [plotGradientFlow, [relu, { layers: 0 }], "plotGradientFlow: layers must be from 1 to 100, not 0"],
    [plotGradientFlow, [relu, { weight: Infinity }], "plotGradientFlow: weight must be finite, not Infinity"],
    [
      plotLinearCollapse,
      [{ layers: 2 }],
      "plotLinearCollapse: there is no option layers, only width, height, title, description",
    ],
    [plotError, [[relu]], "plotError: function must be one function"],
    [plotError, [relu, { range: [0, 1] }], "plotError: there is no option range"],
  ] as const;
  it.each(cases.map(([draw, args, message]) => [message, draw, args] as const))("%s", (message, draw, args) => {
    expect(() => call(draw, ...args)).toThrow(message);
  });
});
