import tseslint from "typescript-eslint";
import { configs as lit } from "eslint-plugin-lit";

// eslint-disable-next-line no-restricted-syntax -- ESLint reads its settings from a default export.
export default tseslint.config(
  { ignores: ["node_modules/", "dev/"] },
  ...tseslint.configs.strict,
  lit["flat/recommended"],
  {
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      eqeqeq: "error",
      "no-restricted-syntax": [
        "error",
        { selector: "ExportDefaultDeclaration", message: "Name what you export." },
        {
          selector: "MemberExpression[property.name=/^(inner|outer)HTML$/]",
          message: "Untrusted text becomes text nodes, never HTML.",
        },
        {
          selector: "CallExpression[callee.property.name=/^(insertAdjacentHTML|setHTML)$/]",
          message: "Untrusted text becomes text nodes, never HTML.",
        },
      ],
    },
  },
);
