import { fileURLToPath } from "node:url";
import solid from "vite-plugin-solid";
import { defineConfig } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * `vite build -c web/widget/vite.config.ts` makes the frame under `/w/`; with `--mode loader` it makes `/widget.js`.
 * Entry names are fixed, because the Worker's page and other people's pages name them; everything else carries a hash.
 */
export default defineConfig(({ mode }) => mode === "loader"
  ? {
    root: `${root}loader`,
    publicDir: false,
    build: {
      outDir: `${root}dist`, emptyOutDir: false, target: "es2022", modulePreload: false,
      lib: { entry: `${root}loader/loader.ts`, formats: ["iife"], name: "switchboardLoader", fileName: () => "widget.js" },
    },
  }
  : {
    root: `${root}widget`,
    base: "/w/",
    publicDir: false,
    plugins: [solid()],
    build: {
      outDir: `${root}dist/w`, emptyOutDir: true, target: "es2022", manifest: "manifest.json", modulePreload: false, cssCodeSplit: false,
      rollupOptions: {
        input: `${root}widget/frame.tsx`,
        output: { entryFileNames: "frame.js", chunkFileNames: "[name]-[hash].js", assetFileNames: ({ names }) => (names.some((name) => name.endsWith(".css")) ? "frame.css" : "[name]-[hash][extname]") },
      },
    },
  });
