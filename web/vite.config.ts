import { fileURLToPath } from "node:url";
import solid from "vite-plugin-solid";
import { defineConfig } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));

/** The inbox at `/`. It comes first and empties `dist`; the chat widget's builds add to it. */
export default defineConfig({
  root,
  plugins: [solid()],
  // These know light-dark(); for older ones it would be rewritten in a way that no part of a page can differ in theme.
  build: { outDir: `${root}dist`, emptyOutDir: true, target: "es2022", cssTarget: ["chrome123", "safari17.5", "firefox120"], manifest: "assets/manifest.json", rollupOptions: { input: `${root}index.html` } },
});
