import { defineConfig } from "vitest/config";

import { file, sprite } from "./scripts/sprite.ts";

export default defineConfig({
  base: "/static/",
  publicDir: false,
  plugins: [sprite("icons.json", "icons.svg"), file("src/favicon.svg", "favicon.svg")],
  build: {
    outDir: "../src/vigie/static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    // The content security policy forbids data: addresses.
    assetsInlineLimit: 0,
    target: "es2022",
    // light-dark(), :has() and nesting stay as they are written.
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        theme: "src/theme.ts",
        page: "src/page.ts",
        room: "src/room.ts",
        staff: "src/staff.ts",
      },
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
  },
});
