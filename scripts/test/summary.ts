/** The totals of all runs. */

import type { Report, Totals } from "../totals.js";
import type { Ended } from "./execute.js";

export function describe({ passed = 0, failed = 0, skipped = 0 }: Partial<Totals>): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

export class Summary {
  readonly sum: Totals = { passed: 0, failed: 0, skipped: 0 };
  readonly #lines: string[] = [];
  readonly #failures: string[] = [];

  /** Adds to the sum, and a line to the summary. */
  add(name: string, totals: Partial<Totals>, text = describe(totals)): void {
    for (const key of ["passed", "failed", "skipped"] as const) this.sum[key] += totals[key] ?? 0;
    this.#lines.push(`${name.padEnd(17)}  ${text}`);
  }

  /** Adds a run of Vitest, which must have run a test. */
  addRun(name: string, { status, seconds, message }: Ended): void {
    const report = (message ?? { projects: {}, failures: [], unhandledErrors: 0 }) as Report;
    const { projects, failures, unhandledErrors } = report;
    const totals: Totals = { passed: 0, failed: 0, skipped: 0 };
    for (const project of Object.values(projects)) {
      for (const key of ["passed", "failed", "skipped"] as const) totals[key] += project[key];
    }
    if (totals.passed + totals.failed === 0) {
      this.add(name, { failed: 1 }, `FAILED: ran no test; Vitest ended with ${String(status)}`);
      return;
    }
    this.add(name, totals, `${describe(totals)}, ${seconds.toFixed(0)} s`);
    this.#failures.push(...failures.map((failure) => `${name}: ${failure}`));
    if (unhandledErrors > 0) {
      this.add(name, { failed: unhandledErrors }, `FAILED: ${unhandledErrors} error(s) outside tests`);
    } else if (status !== 0 && totals.failed === 0) {
      this.add(name, { failed: 1 }, `FAILED: Vitest ended with ${String(status)}`);
    }
  }

  /** The last line is the sum, what failed is right before it. */
  print(): void {
    if (this.#failures.length > 0) console.log(`\nFailed:\n${this.#failures.join("\n")}`);
    console.log(`\n${this.#lines.join("\n")}\n\n${describe(this.sum)}`);
  }
}
