// Without it, Vitest would take the configuration of the package that this folder lies in.
export default { test: { include: ["vitest.test.js"] } };
