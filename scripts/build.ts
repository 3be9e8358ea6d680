import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build as bundle } from "esbuild";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Worker bundles, by name: where they start. */
const WORKERS = { app: "worker/index.ts", simulator: "simulator/index.ts", seed: "scripts/seed/worker.ts" } as const;
/** Screens, each with its own Vite configuration. The inbox comes first: it empties the folder the widget builds into. */
const SCREENS = [
  { configFile: "web/vite.config.ts", mode: "production" }, { configFile: "web/widget/vite.config.ts", mode: "production" },
  { configFile: "web/widget/vite.config.ts", mode: "loader" }, { configFile: "simulator/page/vite.config.ts", mode: "production" },
];
const SCREEN_SOURCES = ["web", "simulator/page", "simulator/api.ts", "worker/contract", "package-lock.json"];
const OUT = `${root}.state/build`;

/** Builds the screens if their sources changed since the last build. */
export async function buildScreens(): Promise<void> {
  mkdirSync(OUT, { recursive: true });
  const stamp = `${OUT}/screens.sha256`;
  const sources = hash(SCREEN_SOURCES);
  if (existsSync(`${root}web/dist/index.html`) && existsSync(stamp) && readFileSync(stamp, "utf8") === sources) return;
  console.log("building the screens …");
  const { build } = await import("vite");
  for (const { configFile, mode } of SCREENS) await build({
    configFile: root + configFile, mode, logLevel: "warn",
    // On a slow machine it would tell everybody which plugin took longest.
    build: { rolldownOptions: { checks: { pluginTimings: false } } },
  });
  writeFileSync(stamp, sources);
}

/** Bundles the Workers, which takes less than a second; answers where the bundles are. */
export async function bundleWorkers(): Promise<Record<keyof typeof WORKERS, string>> {
  const paths = {} as Record<keyof typeof WORKERS, string>;
  for (const [name, entry] of Object.entries(WORKERS) as [keyof typeof WORKERS, string][]) {
    paths[name] = `${OUT}/${name}.js`;
    await bundle({ entryPoints: [root + entry], outfile: paths[name], bundle: true, format: "esm", target: "es2024", conditions: ["workerd", "worker", "browser"], external: ["cloudflare:*", "node:*"], logLevel: "warning", sourcemap: "inline" });
  }
  return paths;
}

/** One hash over names and bytes of files and folders, without what builds put there. */
function hash(paths: readonly string[]): string {
  const all = createHash("sha256");
  const add = (path: string): void => {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) if (name !== "dist" && name !== "node_modules") add(join(path, name));
      return;
    }
    all.update(path.slice(root.length)).update(readFileSync(path));
  };
  for (const path of paths) add(root + path);
  return all.digest("hex");
}
