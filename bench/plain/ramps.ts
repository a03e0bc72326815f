/**
 * Ramps and the step in plain JavaScript. Where signs are random, a branch costs 4 to 7 ns an element, unless the processor
 * has learnt a short input by heart; V8's `Math.max` and `Math.min` branch, too. The last ways do without: a comparison makes
 * a factor of 0 or 1, and what it multiplies is made finite first, by a branch that is always taken alike, since 0 times
 * Infinity would be NaN. Parameters are constants, as a user would write them.
 */

import type { PlainFunction } from "./types.js";

export const ramps: Record<string, PlainFunction[]> = {
  step: [
    function step(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) out[i] = x[i] > 0 ? 1 : 0;
      return out;
    },
    function stepWithoutBranch(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) out[i] = +(x[i] > 0);
      return out;
    },
  ],
  relu: [
    function relu(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v > 0 ? v : 0;
      }
      return out;
    },
    function reluByMaximum(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) out[i] = Math.max(x[i], 0);
      return out;
    },
    function reluWithoutBranch(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = Math.max(v, -Number.MAX_VALUE) * +(v > 0) + 0;
      }
      return out;
    },
  ],
  relu6: [
    function relu6(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v > 0 ? (v < 6 ? v : 6) : 0;
      }
      return out;
    },
    function relu6ByMaximum(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) out[i] = Math.min(Math.max(x[i], 0), 6);
      return out;
    },
    function relu6WithoutBranch(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        const finite = Math.min(Math.max(v, -Number.MAX_VALUE), Number.MAX_VALUE);
        out[i] = 6 * +(v >= 6) + finite * +(v > 0) * +(v < 6);
      }
      return out;
    },
  ],
  leakyRelu: [
    function leakyRelu(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v > 0 ? v : 0.01 * v;
      }
      return out;
    },
    function leakyReluByMaximum(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = Math.max(v, 0.01 * v);
      }
      return out;
    },
    function leakyReluWithoutBranch(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v * (0.01 + 0.99 * +(v > 0));
      }
      return out;
    },
  ],
  prelu: [
    function prelu(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v > 0 ? v : 0.25 * v;
      }
      return out;
    },
    function preluByMaximum(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = Math.max(v, 0.25 * v);
      }
      return out;
    },
    function preluWithoutBranch(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v * (0.25 + 0.75 * +(v > 0));
      }
      return out;
    },
  ],
  hardtanh: [
    function hardtanh(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v > -1 ? (v < 1 ? v : 1) : -1;
      }
      return out;
    },
    function hardtanhByMaximum(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) out[i] = Math.min(Math.max(x[i], -1), 1);
      return out;
    },
    function hardtanhWithoutBranch(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        const finite = Math.min(Math.max(v, -Number.MAX_VALUE), Number.MAX_VALUE);
        out[i] = finite * +(Math.abs(v) < 1) + +(v >= 1) - +(v <= -1);
      }
      return out;
    },
  ],
  threshold: [
    function threshold(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v > 0 ? v : 0;
      }
      return out;
    },
    function thresholdByMaximum(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) out[i] = Math.max(x[i], 0);
      return out;
    },
    function thresholdWithoutBranch(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = Math.max(v, -Number.MAX_VALUE) * +(v > 0) + 0;
      }
      return out;
    },
  ],
  thresholdedRelu: [
    function thresholdedRelu(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v > 1 ? v : 0;
      }
      return out;
    },
    function thresholdedReluWithoutBranch(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = Math.max(v, -Number.MAX_VALUE) * +(v > 1) + 0;
      }
      return out;
    },
  ],
  hardshrink: [
    function hardshrink(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = Math.abs(v) > 0.5 ? v : 0;
      }
      return out;
    },
    function hardshrinkWithoutBranch(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v * +(Math.abs(v) > 0.5) + 0;
      }
      return out;
    },
  ],
  softshrink: [
    function softshrink(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v > 0.5 ? v - 0.5 : v < -0.5 ? v + 0.5 : 0;
      }
      return out;
    },
    function softshrinkByMaximum(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v - Math.min(Math.max(v, -0.5), 0.5);
      }
      return out;
    },
    function softshrinkWithoutBranch(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        const above = Math.max(v, -Number.MAX_VALUE) - 0.5;
        const below = Math.min(v, Number.MAX_VALUE) + 0.5;
        out[i] = above * +(v > 0.5) + below * +(v < -0.5);
      }
      return out;
    },
  ],
  hardSigmoid: [
    function hardSigmoid(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) out[i] = Math.min(Math.max(x[i] + 3, 0), 6) / 6;
      return out;
    },
    function hardSigmoidByBranch(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v > -3 ? (v < 3 ? (v + 3) / 6 : 1) : 0;
      }
      return out;
    },
  ],
  hardSwish: [
    function hardSwish(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = Math.max(x[i], -Number.MAX_VALUE);
        out[i] = (v * Math.min(Math.max(v + 3, 0), 6)) / 6;
      }
      return out;
    },
    function hardSwishByBranch(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v > -3 ? (v < 3 ? (v * (v + 3)) / 6 : v) : 0;
      }
      return out;
    },
  ],
  rrelu: [
    function rrelu(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) out[i] = x[i] > 0 ? x[i] : (11 / 48) * x[i];
      return out;
    },
    function rreluByMaximum(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) out[i] = Math.max(x[i], (11 / 48) * x[i]);
      return out;
    },
  ],
  sparsePlus: [
    function sparsePlus(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v > -1 ? (v < 1 ? 0.25 * (v + 1) * (v + 1) : v) : 0;
      }
      return out;
    },
  ],
  sparseSigmoid: [
    function sparseSigmoid(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) out[i] = Math.min(Math.max(0.5 * (x[i] + 1), 0), 1);
      return out;
    },
    function sparseSigmoidByBranch(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v > -1 ? (v < 1 ? 0.5 * (v + 1) : 1) : 0;
      }
      return out;
    },
  ],
};
