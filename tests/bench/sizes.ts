import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

/** What Vite writes of one built file. */
interface Chunk { file: string; css?: string[]; imports?: string[] }
type Manifest = Record<string, Chunk>;

export interface Closure { files: { file: string; bytes: number }[]; bytes: number }

/** JS or CSS as it travels: brotli at its best, as a server that compresses once does it. */
export const brotliBytes = (path: string): number => brotliCompressSync(readFileSync(path)).byteLength;

/**
 * All JS and CSS a browser must have before `entry` runs: the entry, everything it imports, whatever that imports, and all
 * their styles. What is imported on demand is not counted unless it is named in `also` (as the manifest's key), for example
 * the language or the first route. `out` is the folder that the manifest's files are relative to.
 */
export function closure(manifest: Manifest, entry: string, out: string, also: readonly string[] = []): Closure {
  const found = new Set<string>();
  const seen = new Set<string>();
  const visit = (key: string) => {
    if (seen.has(key)) return;
    seen.add(key);
    const chunk = manifest[key];
    if (!chunk) throw new Error(`the manifest does not name ${key}`);
    found.add(chunk.file);
    for (const file of chunk.css ?? []) found.add(file);
    for (const next of chunk.imports ?? []) visit(next);
  };
  for (const key of [entry, ...also]) visit(key);
  const files = [...found].map((file) => ({ file, bytes: brotliBytes(join(out, file)) }));
  return { files, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

export const readManifest = (path: string): Manifest => JSON.parse(readFileSync(path, "utf8")) as Manifest;

/** B1 in bytes: the loader, and the opened widget with the largest of its languages. `dist` is `web/dist` after a build. */
export function widgetSizes(dist: string): { loader: number; widget: Closure } {
  const out = join(dist, "w");
  const manifest = readManifest(join(out, "manifest.json"));
  const [largest] = Object.keys(manifest).filter((key) => key.startsWith("locales/")).sort((a, b) => brotliBytes(join(out, manifest[b]!.file)) - brotliBytes(join(out, manifest[a]!.file)));
  // The one style sheet of the frame stands in the manifest by itself.
  const styles = Object.keys(manifest).filter((key) => manifest[key]!.file.endsWith(".css"));
  return { loader: brotliBytes(join(dist, "widget.js")), widget: closure(manifest, "frame.tsx", out, [...styles, ...(largest ? [largest] : [])]) };
}

/**
 * B2 in bytes: what the browser has when the list can be used, and what it has when one can sign in. Routes are loaded on
 * demand, so their chunks are named here; the thread beside the list comes later and is not counted.
 */
export function inboxSizes(dist: string): { list: Closure; signIn: Closure } {
  const manifest = readManifest(join(dist, "assets/manifest.json"));
  return { list: closure(manifest, "index.html", dist, ["inbox/gate.tsx", "inbox/inbox.tsx"]), signIn: closure(manifest, "index.html", dist, ["inbox/auth/sign-in.tsx"]) };
}

/** B3 in bytes: the Worker as it is deployed, gzip. `root` is the repository. */
export async function workerBytes(root: string): Promise<number> {
  const { outputFiles } = await build({ entryPoints: [join(root, "worker/index.ts")], bundle: true, write: false, format: "esm", target: "es2024", conditions: ["workerd", "worker", "browser"], external: ["cloudflare:*", "node:*"], logLevel: "warning" });
  return gzipSync(outputFiles[0]!.contents).byteLength;
}
