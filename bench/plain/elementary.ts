/** The functions that smooth ones are made of, in plain JavaScript. */

import type { PlainFunction } from "./types.js";

/** JavaScript has no erf. Most people use formula 7.1.26 of Abramowitz and Stegun, right to 1.5e-7. */
export const elementary: Record<string, PlainFunction[]> = {
  exp: [
    function exp(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) out[i] = Math.exp(x[i]);
      return out;
    },
  ],
  expm1: [
    function expm1(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) out[i] = Math.expm1(x[i]);
      return out;
    },
  ],
  log: [
    function log(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) out[i] = Math.log(x[i]);
      return out;
    },
  ],
  log1p: [
    function log1p(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) out[i] = Math.log1p(x[i]);
      return out;
    },
  ],
  logit: [
    function logit(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = Math.log(v / (1 - v));
      }
      return out;
    },
  ],
  erf: [
    function erf(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        const z = Math.abs(v);
        const t = 1 / (1 + 0.3275911 * z);
        const p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        const y = 1 - p * Math.exp(-z * z);
        out[i] = v < 0 ? -y : y;
      }
      return out;
    },
    function erfBySign(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        const z = Math.abs(v);
        const t = 1 / (1 + 0.3275911 * z);
        const p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        out[i] = Math.sign(v) * (1 - p * Math.exp(-z * z));
      }
      return out;
    },
  ],
  erfc: [
    function erfc(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        const z = Math.abs(v);
        const t = 1 / (1 + 0.3275911 * z);
        const p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        const y = p * Math.exp(-z * z);
        out[i] = v < 0 ? 2 - y : y;
      }
      return out;
    },
  ],
  ndtr: [
    function ndtr(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        const z = Math.abs(v) * Math.SQRT1_2;
        const t = 1 / (1 + 0.3275911 * z);
        const p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        const y = 0.5 * p * Math.exp(-z * z);
        out[i] = v < 0 ? y : 1 - y;
      }
      return out;
    },
  ],
  entr: [
    function entr(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v > 0 ? -v * Math.log(v) : v < 0 ? -Infinity : -v;
      }
      return out;
    },
  ],
  log1mexp: [
    function log1mexp(x, out) {
      const { length } = x;
      for (let i = 0; i < length; i++) {
        const v = x[i];
        out[i] = v < Math.LN2 ? Math.log(-Math.expm1(-v)) : Math.log1p(-Math.exp(-v));
      }
      return out;
    },
  ],
};
