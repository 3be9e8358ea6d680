import { fileURLToPath } from "node:url";
import solid from "vite-plugin-solid";
import { defineConfig } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));

/** The inbox at `/`. It comes first and empties `dist`; the chat widget's builds add to it. */
export default defineConfig({
  root,
  plugins: [solid()],
  // The HEIC decoder asks for Node's own modules where it finds itself in Node; in a browser it never comes to that.
  worker: { rolldownOptions: { onLog: (level, log, handle) => { if (!(log.code === "PLUGIN_WARNING" && log.message.includes("libheif-js"))) handle(level, log); } } },
  // These know light-dark(); for older ones it would be rewritten in a way that no part of a page can differ in theme.
  build: { outDir: `${root}dist`, emptyOutDir: true, target: "es2022", cssTarget: ["chrome123", "safari17.5", "firefox120"], manifest: "assets/manifest.json", rollupOptions: { input: `${root}index.html` } },
});
