/** Runs the properties of every function on every backend. */

import fc from "fast-check";
import * as lanewise from "lanewise";
import { Places } from "../places.js";
import type { PlacedCase } from "../placed.js";
import { Failures, type RunPart, seedOf } from "../report.js";
import { subjects } from "../subjects/index.js";
import type { CallCase, Subject } from "../subjects/subject.js";
import { checkBackend, isCompared } from "./backends.js";
import { exampleOf } from "./example.js";
import { checkIdentity, identities } from "./identities.js";
import { checkParts } from "./parts.js";
import { callCases, checkPlacement, placedCases } from "./placement.js";

interface Property {
  readonly name: string;
  /** Cases of a function on a backend: in the short form, and in the long one. */
  readonly runs: readonly [short: number, long: number];
  readonly holdsFor: (subject: Subject) => boolean;
  readonly cases: (subject: Subject, isLong: boolean) => fc.Arbitrary<CallCase>;
  readonly check: (subject: Subject, callCase: CallCase, places: Places) => void;
}

/** Channels are no rows: a weight is of all of them. */
const hasChannels = ({ name, kind }: Subject) => name.startsWith("prelu") && kind === "rows";

const properties: readonly Property[] = [
  {
    name: "placement",
    runs: [14, 600],
    holdsFor: () => true,
    cases: placedCases,
    check: (subject, callCase, places) => checkPlacement(subject, callCase as PlacedCase, places),
  },
  {
    name: "parts",
    runs: [8, 300],
    holdsFor: (subject) => subject.kind !== "tokens" && !hasChannels(subject),
    cases: callCases,
    check: checkParts,
  },
  { name: "backends", runs: [8, 300], holdsFor: isCompared, cases: callCases, check: checkBackend },
  {
    name: "identities",
    runs: [12, 300],
    holdsFor: (subject) =>
      identities.has(subject.name) && !(subject.name === "prelu.weightGradient" && !hasChannels(subject)),
    cases: callCases,
    check: checkIdentity,
  },
];

/** What is taken on at most to shrink a failing case, in milliseconds. */
const SHRINKING = 15_000;

export const run: RunPart = ({ seed, isLong, only, progress }) => {
  const available = lanewise.backends().filter((backend) => backend.available);
  const jobs = available.flatMap(({ name: backend }) =>
    properties.flatMap((property) =>
      subjects
        .filter((subject) => property.holdsFor(subject))
        .map((subject) => ({ backend, property, subject, name: `${property.name}: ${subject.name} on ${backend}` })),
    ),
  );
  const wanted = jobs.filter(({ name }) => only === undefined || name.includes(only));
  const failures = new Failures();
  let cases = 0;
  let places = new Places(lanewise);
  for (const [i, { backend, property, subject, name }] of wanted.entries()) {
    progress(i / wanted.length, name);
    if (lanewise.backend() !== backend) {
      places.free();
      lanewise.useBackend(backend);
      places = new Places(lanewise);
    }
    const checked = fc.property(property.cases(subject, isLong), (callCase) =>
      property.check(subject, callCase, places),
    );
    const details = fc.check(checked, {
      seed: seedOf(seed, name),
      numRuns: property.runs[isLong ? 1 : 0],
      ...(!isLong && { interruptAfterTimeLimit: SHRINKING }),
    });
    cases += details.numRuns;
    if (!details.failed) continue;
    const [counterexample] = details.counterexample ?? [];
    const example = counterexample === undefined ? "" : exampleOf(property.name, subject, counterexample);
    failures.add(name, details.errorInstance, example);
  }
  places.free();
  return {
    counts: {
      cases,
      functions: new Set(wanted.map(({ subject }) => subject.name)).size,
      properties: new Set(wanted.map(({ property }) => property.name)).size,
      backends: available.length,
      "properties of functions on backends": wanted.length,
    },
    failures: failures.list,
    notes: [],
  };
};

/** Repeats one case, as an example gives it; throws if it fails. */
export function repeat(text: string): void {
  const {
    property: propertyName,
    subject: subjectName,
    ...callCase
  } = JSON.parse(text) as CallCase & {
    property: string;
    subject: string;
  };
  const property = properties.find(({ name }) => name === propertyName)!;
  for (const { name, available } of lanewise.backends()) {
    if (!available) continue;
    lanewise.useBackend(name);
    const places = new Places(lanewise);
    for (const subject of subjects) if (subject.name === subjectName) property.check(subject, callCase, places);
    places.free();
  }
}
