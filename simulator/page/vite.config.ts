import { fileURLToPath } from "node:url";
import solid from "vite-plugin-solid";
import { defineConfig } from "vite";

const here = fileURLToPath(new URL(".", import.meta.url));

/** The simulator's page: pretend phones, mailboxes and a shop. Local only, never deployed. */
export default defineConfig({
  root: here,
  base: "/simulator/",
  plugins: [solid()],
  build: { outDir: `${here}../dist/page`, emptyOutDir: true, rollupOptions: { input: { index: `${here}index.html`, shop: `${here}shop.html` } } },
});
