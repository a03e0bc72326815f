// @ts-check
import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  // AssemblyScript is not TypeScript: its compiler is its linter.
  {
    ignores: [
      "**/node_modules/",
      "assembly/",
      "build/",
      "dist/",
      "matrix/packages/",
      "matrix/**/fixtures/",
      "site/dist/",
      "site/docs/",
      "site/generated/",
      "report/",
      "src/generated/",
    ],
  },
  eslint.configs.recommended,
  tseslint.configs.strict,
  {
    rules: {
      "no-undef": "off", // TypeScript knows better
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/unified-signatures": "off",
    },
  },
);
