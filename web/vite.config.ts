import { isBuiltin } from "node:module";
import { fileURLToPath } from "node:url";
import solid from "vite-plugin-solid";
import { defineConfig, type Plugin } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));

const NOTHING = "\0nothing";
/** The HEIC decoder asks for Node's modules where it finds itself in Node. In a browser it never comes to that, and no build needs to warn of it. */
const withoutNode = (): Plugin => ({
  name: "without-node", enforce: "pre",
  resolveId: (id, importer) => (importer?.includes("libheif-js") && isBuiltin(id) ? NOTHING : null),
  load: (id) => (id === NOTHING ? "export default {}" : null),
});

/** The inbox at `/`. It comes first and empties `dist`; the chat widget's builds add to it. */
export default defineConfig({
  root,
  plugins: [solid()],
  worker: { plugins: () => [withoutNode()] },
  // These know light-dark(); for older ones it would be rewritten in a way that no part of a page can differ in theme.
  build: { outDir: `${root}dist`, emptyOutDir: true, target: "es2022", cssTarget: ["chrome123", "safari17.5", "firefox120"], manifest: "assets/manifest.json", rollupOptions: { input: `${root}index.html` } },
});
