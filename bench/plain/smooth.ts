/** Smooth functions in plain JavaScript, in the ways that are worth trying: which is fastest depends on the engine and on the signs. */

import type { PlainFunction } from "./types.js";

/** JavaScript has no erf. Most people use formula 7.1.26 of Abramowitz and Stegun, right to 1.5e-7, as gelu does here. */
export const smooth: Record<string, PlainFunction[]> = {
  sigmoid: [
    function sigmoid(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) out[i] = 1 / (1 + Math.exp(-x[i]));
      return out;
    },
  ],
  tanh: [
    function tanh(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) out[i] = Math.tanh(x[i]);
      return out;
    },
  ],
  logSigmoid: [
    function logSigmoid(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = Math.min(v, 0) - Math.log1p(Math.exp(-Math.abs(v)));
      }
      return out;
    },
  ],
  tanhshrink: [
    function tanhshrink(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v - Math.tanh(v);
      }
      return out;
    },
  ],
  softsign: [
    function softsign(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v / (1 + Math.abs(v));
      }
      return out;
    },
  ],
  softplus: [
    function softplus(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
      }
      return out;
    },
  ],
  squareplus: [
    function squareplus(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = (v + Math.sqrt(v * v + 4)) / 2;
      }
      return out;
    },
  ],
  elu: [
    function elu(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v > 0 ? v : Math.expm1(v);
      }
      return out;
    },
    function eluWithoutBranch(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = Math.max(v, 0) + Math.expm1(Math.min(v, 0));
      }
      return out;
    },
  ],
  celu: [
    function celu(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v > 0 ? v : Math.expm1(v);
      }
      return out;
    },
    function celuWithoutBranch(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = Math.max(v, 0) + Math.expm1(Math.min(v, 0));
      }
      return out;
    },
  ],
  selu: [
    function selu(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v > 0 ? 1.0507009873554805 * v : 1.7580993408473766 * Math.expm1(v);
      }
      return out;
    },
    function seluWithoutBranch(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = 1.0507009873554805 * Math.max(v, 0) + 1.7580993408473766 * Math.expm1(Math.min(v, 0));
      }
      return out;
    },
  ],
  silu: [
    function silu(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v / (1 + Math.exp(-v));
      }
      return out;
    },
  ],
  swish: [
    function swish(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v / (1 + Math.exp(-v));
      }
      return out;
    },
  ],
  mish: [
    function mish(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v * Math.tanh(Math.log1p(Math.exp(v)));
      }
      return out;
    },
    function mishByQuotient(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        // tanh(log(1 + e)) is e(e + 2) / (e(e + 2) + 2), for large x 1 before e² overflows.
        const v = x[i];
        const e = Math.exp(Math.min(v, 40));
        const numerator = e * (e + 2);
        out[i] = v * (numerator / (numerator + 2));
      }
      return out;
    },
  ],
  gelu: [
    function gelu(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        const z = Math.abs(v) * Math.SQRT1_2;
        const t = 1 / (1 + 0.3275911 * z);
        const p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        const erf = 1 - p * Math.exp(-z * z);
        out[i] = 0.5 * v * (1 + (v < 0 ? -erf : erf));
      }
      return out;
    },
    function geluWithoutBranch(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        const a = Math.abs(v);
        const z = a * Math.SQRT1_2;
        const t = 1 / (1 + 0.3275911 * z);
        const p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        out[i] = Math.max(v, 0) - 0.5 * a * p * Math.exp(-z * z);
      }
      return out;
    },
  ],
  quickGelu: [
    function quickGelu(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v / (1 + Math.exp(-1.702 * v));
      }
      return out;
    },
  ],
};
