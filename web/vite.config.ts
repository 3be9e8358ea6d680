import solid from "vite-plugin-solid";
import { defineConfig } from "vite";

const root = new URL(".", import.meta.url).pathname;

/** The inbox at `/`. It comes first and empties `dist`; the chat widget's builds add to it. */
export default defineConfig({
  root,
  plugins: [solid()],
  build: { outDir: `${root}dist`, emptyOutDir: true, target: "es2022", manifest: "assets/manifest.json", rollupOptions: { input: `${root}index.html` } },
});
