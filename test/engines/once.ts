/** The test files that run in one engine, the Node that starts the tests: what they test is the same in every engine. */
export const once = ["allInputs", "bench", "coefficients", "digits", "package", "sizes", "table"].map(
  (name) => `test/${name}.node.test.ts`,
);
