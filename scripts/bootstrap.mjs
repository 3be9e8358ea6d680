// Plain JavaScript for whatever Node started npm (20.3 or newer): installs what is missing, then hands over to the
// project's own Node 22. Usage: node scripts/bootstrap.mjs <script> [arguments]
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = `${root}node_modules/.installed`;
// `npm ci` refuses a lockfile that lacks the optional packages of other platforms; `install --no-save` keeps to the same versions.
const wanted = createHash("sha256").update(readFileSync(`${root}package-lock.json`)).digest("hex");

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  console.log("installing dependencies …");
  const installed = spawnSync("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  if (installed.status !== 0) process.exit(installed.status ?? 1);
  writeFileSync(stamp, wanted);
}

const [script, ...rest] = process.argv.slice(2);
const node = `${root}node_modules/.bin/node`;
const child = spawn(node, ["--disable-warning=ExperimentalWarning", `${root}scripts/${script}.ts`, ...rest], { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
// Ctrl-C reaches the whole group; a signal to this process alone is passed on.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
