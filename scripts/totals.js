// @ts-check
/** @import { Reporter, TestModule } from "vitest/node" */

/** @typedef {{ passed: number, failed: number, skipped: number }} Totals */
/** @typedef {{ projects: Record<string, Totals>, unhandledErrors: number }} Report */

/**
 * A Vitest reporter: sends the totals of each project (each browser is one) to scripts/test.js, its parent process.
 *
 * @implements {Reporter}
 */
export default class TotalsReporter {
  /**
   * @param {readonly TestModule[]} modules
   * @param {readonly unknown[]} errors
   */
  onTestRunEnd(modules, errors) {
    /** @type {Report} */
    const report = { projects: {}, unhandledErrors: errors.length };
    for (const module of modules) {
      const totals = (report.projects[module.project.name] ??= { passed: 0, failed: 0, skipped: 0 });
      const failedBefore = totals.failed;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        totals[state === "pending" ? "failed" : state]++; // pending: its browser died
      }
      // A file that does not load, or a hook that fails, need not fail a test.
      if (!module.ok() && totals.failed === failedBefore) totals.failed++;
    }
    process.send?.(report);
  }
}
