/** What the page and those that it measures tell each other. */

import type { BackendInfo, BackendName } from "lanewise";

/** Who is measured in a worker of its own: plain JavaScript, or lanewise on a backend. */
export type Role = "plain JS" | BackendName;

/** Where the arrays lie that lanewise is given: anywhere, or in one of its arenas. */
export type Placement = "ordinary" | "arena";

/** What is called. */
export interface Job {
  /** The name of a case of bench/cases.ts. */
  readonly name: string;
  readonly size: number;
  readonly placement: Placement;
}

/** A function that can be measured. */
export interface Subject {
  readonly name: string;
  /** The heading of its family. */
  readonly heading: string;
}

/** What there is to be measured, and by what clock. */
export interface Offer {
  readonly backends: readonly BackendInfo[];
  readonly subjects: readonly Subject[];
  /** The clock's step in milliseconds. */
  readonly clockStep: number;
}

/** One that makes calls and takes their time. */
export interface Runner {
  /** What can be measured. */
  offer(): Offer | Promise<Offer>;
  /** Makes ready for slices of a job, and gives the names of the ways that the role has for it. */
  prepare(role: Role, job: Job): readonly string[] | Promise<readonly string[]>;
  /** Makes so many calls in one of the ways, and gives their time in milliseconds. */
  slice(way: number, calls: number): number | Promise<number>;
}

/** A call of a runner's method, for a worker. */
export type Request = {
  readonly [M in keyof Runner]: { readonly method: M; readonly args: Parameters<Runner[M]> };
}[keyof Runner];

/** What the method gave, or why it threw. */
export type Reply = { readonly value: unknown } | { readonly error: string };
