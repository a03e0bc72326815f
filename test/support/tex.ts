/** Computes the formulas of the docstrings, as far as they are formulas of numbers: TeX to numbers. */

import { erf, erfc, erfcx, sigmoid } from "../../src/index.js";

/** The variables of a formula by name, in TeX without its backslash: x, alpha, minVal. */
export type Variables = Readonly<Record<string, number>>;

const rootOfTwoPi = Math.sqrt(2 * Math.PI);

const functions: Readonly<Record<string, (...args: number[]) => number>> = {
  max: Math.max,
  min: Math.min,
  tanh: Math.tanh,
  cosh: Math.cosh,
  log: Math.log,
  ln: Math.log,
  sigma: (x) => sigmoid(x),
  erf: (x) => erf(x),
  erfc: (x) => erfc(x),
  erfcx: (x) => erfcx(x),
  Phi: (x) => (1 + erf(x / Math.SQRT2)) / 2,
  varphi: (x) => Math.exp((-x * x) / 2) / rootOfTwoPi,
};

const constants: Variables = { e: Math.E, pi: Math.PI, infty: Infinity };

/** What infinity is to an integral: beyond, the density of the normal distribution is nothing beside what is computed. */
const FAR = 12;

/**
 * The values of a formula's right-hand sides: of a = b = c those of b and c.
 *
 * @throws {Error} if it is not understood
 */
export function evaluateTex(formula: string, variables: Variables): number[] {
  return formula
    .split(" = ")
    .slice(1)
    .map((side) => new Reader(tokensOf(side), { ...constants, ...variables }).whole());
}

function tokensOf(tex: string): readonly string[] {
  // Sizes of brackets and spaces mean nothing.
  const plain = tex.replace(/\\left|\\right|(?<!\\)\\[,;! ]|\s+/g, " ");
  const token = /\\(?:begin|end)\{\w+\}|\\(?:operatorname|mathrm|text)\{[^}]*\}|\\\\|\\[A-Za-z]+|[\d.]+|[^\s]/g;
  return plain.match(token) ?? [];
}

/** Reads an expression and computes it, by recursive descent. */
class Reader {
  #at = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly variables: Variables,
  ) {}

  whole(): number {
    const value = this.#sum();
    if (this.#at < this.tokens.length) throw new Error(`can't read on at ${this.tokens.slice(this.#at).join(" ")}`);
    return value;
  }

  get #next(): string | undefined {
    return this.tokens[this.#at];
  }

  #take(): string {
    const token = this.#next;
    if (token === undefined) throw new Error("the formula ends too early");
    this.#at++;
    return token;
  }

  #expect(token: string): void {
    const taken = this.#take();
    if (taken !== token) throw new Error(`${taken} where ${token} should be`);
  }

  #takeIf(token: string): boolean {
    if (this.#next !== token) return false;
    this.#at++;
    return true;
  }

  #sum(): number {
    let value = this.#takeIf("-") ? -this.#product() : this.#product();
    for (;;) {
      if (this.#takeIf("+")) value += this.#product();
      else if (this.#takeIf("-")) value -= this.#product();
      else return value;
    }
  }

  #product(): number {
    let value = this.#power();
    for (;;) {
      if (this.#takeIf("/")) value /= this.#power();
      else if (this.#takeIf("\\cdot") || this.#beginsFactor()) value *= this.#power();
      else return value;
    }
  }

  /** Whether what follows is a factor without a sign between. */
  #beginsFactor(): boolean {
    const next = this.#next;
    if (next === undefined || /^(\\(end|text|le|ge)\b.*|\\\\)$/.test(next)) return false;
    return /^([\w({]|\\\w)/.test(next) && !this.#isDifferential();
  }

  /** "dt", the end of an integral. */
  #isDifferential(): boolean {
    return this.#next === "d" && this.tokens[this.#at + 1] === "t";
  }

  #power(): number {
    const base = this.#atom();
    return this.#takeIf("^") ? Math.pow(base, this.#argument()) : base;
  }

  /** An expression in braces, or one token: what ^ and \int take. */
  #argument(): number {
    return this.#takeIf("{") ? this.#until("}") : this.#atom();
  }

  #until(end: string): number {
    const value = this.#sum();
    this.#expect(end);
    return value;
  }

  #atom(): number {
    const token = this.#take();
    if (/^[\d.]+$/.test(token)) return Number(token);
    switch (token) {
      case "(":
        return this.#until(")");
      case "{":
        return this.#until("}");
      case "|":
        return Math.abs(this.#until("|"));
      case "\\frac": {
        const above = this.#argument();
        return above / this.#argument();
      }
      case "\\sqrt":
        return Math.sqrt(this.#argument());
      case "\\int":
        return this.#integral();
      case "\\begin{cases}":
        return this.#cases();
    }
    const name = token.replace(/^\\(?:operatorname|mathrm)\{([^}]*)\}$/, "$1").replace(/^\\/, "");
    if (Object.hasOwn(functions, name)) return this.#call(functions[name]);
    if (Object.hasOwn(this.variables, name)) return this.variables[name];
    throw new Error(`a formula has ${token}, which is unknown`);
  }

  #call(fn: (...args: number[]) => number): number {
    this.#expect("(");
    const args = [this.#sum()];
    while (this.#takeIf(",")) args.push(this.#sum());
    this.#expect(")");
    return fn(...args);
  }

  /** The first case whose condition holds. */
  #cases(): number {
    let found: number | undefined;
    do {
      const value = this.#sum();
      this.#expect("&");
      const holds = this.#condition();
      if (holds) found ??= value;
    } while (this.#takeIf("\\\\"));
    this.#expect("\\end{cases}");
    if (found === undefined) throw new Error("no case holds");
    return found;
  }

  /** a < b, a < b < c, or "otherwise". */
  #condition(): boolean {
    if (this.#takeIf("\\text{otherwise}")) return true;
    let holds = true;
    let left = this.#sum();
    for (let compare = this.#comparison(); compare !== undefined; compare = this.#comparison()) {
      const right = this.#sum();
      holds &&= compare(left, right);
      left = right;
    }
    return holds;
  }

  #comparison(): ((a: number, b: number) => boolean) | undefined {
    if (this.#takeIf("<")) return (a, b) => a < b;
    if (this.#takeIf(">")) return (a, b) => a > b;
    if (this.#takeIf("\\le")) return (a, b) => a <= b;
    if (this.#takeIf("\\ge")) return (a, b) => a >= b;
    return undefined;
  }

  /** ∫ f(t) dt, by Simpson's rule. */
  #integral(): number {
    this.#expect("_");
    const from = Math.max(this.#argument(), -FAR);
    this.#expect("^");
    const to = Math.min(this.#argument(), FAR);
    const end = this.tokens.indexOf("d", this.#at);
    const integrand = this.tokens.slice(this.#at, end);
    this.#at = end + 2;
    const at = (t: number) => new Reader(integrand, { ...this.variables, t }).whole();
    const intervals = from === -FAR || to === FAR ? 20_000 : 1000;
    const h = (to - from) / intervals;
    let sum = at(from) + at(to);
    for (let i = 1; i < intervals; i++) sum += (i % 2 === 0 ? 2 : 4) * at(from + i * h);
    return (sum * h) / 3;
  }
}
