/** Type-checked rules for everything we wrote; the reasons stand beside each rule that is changed. */
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/", "eslint.config.js"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers in sentences and addresses are meant.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "no-console": "error",
      "no-eval": "error",
      "max-lines": ["error", 400],
      "max-lines-per-function": ["error", { max: 60, skipComments: true }],
      // Text goes into a page as text.
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Use textContent or a template." },
        { property: "outerHTML", message: "Use textContent or a template." },
        { property: "insertAdjacentHTML", message: "Use textContent or a template." },
      ],
    },
  },
  {
    files: ["**/*.test.ts"],
    rules: { "max-lines-per-function": "off" }, // a describe block is one function
  },
);
