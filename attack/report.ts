/** What a part of the attack reports. */

/** Something that is not as it must be, with an example to paste. */
export interface Failure {
  /** What it has in common with others of the same cause, of which only a few are told. */
  readonly group: string;
  /** What was attacked: "placement: softmax on simd". */
  readonly what: string;
  readonly message: string;
  /** JavaScript to paste, or how to repeat it. */
  readonly example: string;
}

/** The counts of a part, and what failed. */
export interface Report {
  /** What was counted, by what it is: "cases", "functions". The first is that of which some may fail. */
  readonly counts: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
  /** More to tell, a line each. */
  readonly notes: readonly string[];
}

/** The parts, in the order in which they are told. */
export const partNames = ["properties", "refusals", "reentry", "environments", "soak"] as const;
export type PartName = (typeof partNames)[number];

/** How a part is run. */
export interface PartOptions {
  readonly seed: number;
  readonly isLong: boolean;
  /** Only what has a name that includes this. */
  readonly only: string | undefined;
  /** Tells how far it is, from 0 to 1, and what comes next: of what hangs, that is known. */
  readonly progress: (done: number, next: string) => void;
}

export type RunPart = (options: PartOptions) => Promise<Report> | Report;

/** A message of a part's process. */
export type Message =
  | { readonly kind: "progress"; readonly done: number; readonly next: string }
  | { readonly kind: "report"; readonly report: Report };

/** A seed of its own for something that has a name. */
export function seedOf(seed: number, name: string): number {
  let hash = seed | 0;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 1;
}

/** The failures of a part. */
export class Failures {
  readonly #list: Failure[] = [];

  /** @param group what it has in common with others; default: the words of the message, without its numbers */
  add(what: string, error: unknown, example: string, group?: string): void {
    const message = error instanceof Error ? error.message : String(error);
    const words = message.replace(/[\d.e+-]+/g, "#").slice(0, 60);
    this.#list.push({ group: group ?? words, what, message, example });
  }

  get list(): readonly Failure[] {
    return this.#list;
  }
}
