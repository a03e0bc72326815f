/** A Vitest reporter that sends the totals of each project (each browser is one) to scripts/test, its parent process. */

import type { Reporter, TestModule } from "vitest/node";

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/** The totals of a run. */
export interface Report {
  readonly projects: Record<string, Totals>;
  /** The tests that failed, each with the first line of its error. */
  readonly failures: readonly string[];
  /** Errors outside of tests. */
  readonly unhandledErrors: number;
}

export default class TotalsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const failures: string[] = [];
    const report: Report = { projects: {}, failures, unhandledErrors: errors.length };
    for (const module of modules) {
      const totals = (report.projects[module.project.name] ??= { passed: 0, failed: 0, skipped: 0 });
      const failedBefore = totals.failed;
      for (const test of module.children.allTests()) {
        const { state, errors: [error] = [] } = test.result();
        totals[state === "pending" ? "failed" : state]++; // pending: its browser died
        if (state === "pending" || state === "failed")
          failures.push(`${module.relativeModuleId} > ${test.fullName}: ${error?.message.split("\n", 1)[0] ?? state}`);
      }
      // A file that does not load, or a hook that fails, need not fail a test.
      if (!module.ok() && totals.failed === failedBefore) {
        totals.failed++;
        failures.push(
          `${module.relativeModuleId}: ${module.errors()[0]?.message.split("\n", 1)[0] ?? "a hook failed"}`,
        );
      }
    }
    process.send?.(report);
  }
}
