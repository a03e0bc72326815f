/** The test files that run in one engine, the Node that starts the tests: what they test is the same in every engine. */
export const once = ["allInputs", "bench", "coefficients", "digits", "package", "sizes", "table"].map(
  (name) => `test/${name}.node.test.ts`,
);

/**
 * Whether this run leaves the fallback's loops over rows, losses and tokens to this Node: scripts/test.ts sets the variable for the
 * other engines. What their Math gives is tested in each of them.
 */
export function skipsPlain(): boolean {
  return process.env.LANEWISE_TEST_PLAIN === "once";
}
