import { defineConfig } from "vitest/config";

const PAGES = ["account", "data", "invitation", "login", "people", "portal", "sharing", "studio", "styles"];

// The server renders the pages; Vite only builds what they load. Names carry a hash, so the
// server may tell browsers to keep them for ever; the manifest says which name is today's.
// eslint-disable-next-line no-restricted-syntax -- Vite reads its settings from a default export.
export default defineConfig({
  base: "/static/build/",
  publicDir: false,
  build: {
    outDir: "../gishue/portal/static/build",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    // The content security policy allows no data: fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_600,
    rollupOptions: {
      input: Object.fromEntries(PAGES.map((name) => [name, `src/pages/${name}.ts`])),
    },
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
