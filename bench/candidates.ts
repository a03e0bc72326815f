/** The candidates that are measured by turns: loops around the calls of a case, each with a source text of its own. */

import type { BackendName } from "lanewise";
import type { Call, Case } from "./cases.js";
import { type Inputs, newResult, type Type } from "./inputs.js";
import type { Lanewise } from "./instances.js";
import { type Form, PLAIN, type Program } from "./results.js";

/** Makes so many calls. It may give a promise, and by that the milliseconds that they took. */
export type Calls = (calls: number, inputs: Inputs) => unknown;

/** One of those that are measured by turns. */
export interface Candidate {
  /** The name that its times are stored under: of several with one name, the fastest counts. */
  readonly name: string;
  /** No other candidate has this name. */
  readonly label: string;
  readonly form: Form;
  /** The program that it stands in. Absent where that makes no difference. */
  readonly program?: Program;
  readonly run: Calls;
}

/** The plain JavaScript of a case. */
export function plainCandidates(subject: Case, form: Form, type: Type): Candidate[] {
  return subject.plain.map(({ name, args, scope, create }) => {
    const label = `${name}, ${form}, ${type}`;
    const given = args(form === "new" ? newResult(subject.result, type) : "out");
    return { name: PLAIN, label, form, run: loopAround(label, create(label), `call(${given})`, scope) };
  });
}

/** A call of lanewise, by an instance of it that runs on a backend. */
export function ownCandidate(
  subject: Case,
  form: Form,
  type: Type,
  backend: BackendName,
  program: Program,
  lanewise: Lanewise,
): Candidate {
  const { call, name } = subject;
  if (call === undefined) throw new Error(`${name} is no function of lanewise`);
  const label = `${name}, ${form}, ${type}, ${backend}, ${program}`;
  const text = callText(call, form);
  return { name: backend, label, form, program, run: loopAround(label, memberOf(lanewise, call), text, call.scope) };
}

/** The source text of a call in a form. */
export function callText({ args = "x[j]", options = "" }: Call, form: Form): string {
  const given = typeof options === "string" ? options : (options[form] ?? "");
  const all = [...(given === "" ? [] : [given]), ...(form === "new" ? [] : ["out"])];
  return all.length === 0 ? `call(${args})` : `call(${args}, { ${all.join(", ")} })`;
}

/** A function by its name as a member: "relu.derivative". */
export function memberOf(lanewise: Lanewise, { member }: Call): unknown {
  return member.split(".").reduce((object: unknown, key) => (object as Record<string, unknown>)[key], lanewise);
}

/** Every result is kept here, so that no engine may omit the work. */
const kept: { result: unknown } = { result: undefined };

/**
 * A loop around a call, in which `j` is the number of the input. Each has a source text of its own, so that V8 optimises it for
 * its one call, as in a program.
 */
export function loopAround(label: string, call: unknown, text: string, scope: Call["scope"] = {}): Calls {
  const source = `"use strict"; return function ${label.replaceAll(/\W+/g, "_")}(calls, { x, dy, wrap, out, shape }) {
    for (let i = 0; i < calls; i++) {
      const j = i & wrap;
      kept.result = ${text};
    }
  };`;
  return new Function("call", "kept", ...Object.keys(scope), source)(call, kept, ...Object.values(scope)) as Calls;
}
