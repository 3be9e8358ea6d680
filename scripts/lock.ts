import { readFileSync, writeFileSync } from "node:fs";
import { root } from "./build.ts";

// npm leaves packages for other systems out of the lock when it could not read them, and `npm ci` then refuses the lock.
// This adds what their parents say about them; `node scripts/lock.ts` after an `npm install` that did so.

interface Locked { version: string; optionalDependencies?: Record<string, string>; cpu?: string[]; os?: string[]; dev?: boolean; optional?: boolean }

const SYSTEMS: Record<string, string> = { windows: "win32" };
const PROCESSORS: Record<string, string> = { "64": "x64" };
const KNOWN_SYSTEMS = /^(android|darwin|freebsd|linux|openbsd|netbsd|openharmony|sunos|aix|win32|windows)$/;
const KNOWN_PROCESSORS = /^(x64|64|arm|arm64|ia32|ppc64|riscv64|s390x|loong64|mips64el)$/;

/** What the lock does not say about packages its own packages may want, by place in the tree. */
export function missing(packages: Record<string, Locked>): Record<string, Locked> {
  const found: Record<string, Locked> = {};
  for (const [place, { optionalDependencies = {}, dev }] of Object.entries(packages))
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (!/^\d/.test(version) || resolves(packages, place, name, version)) continue;
      const words = name.split(/[/-]/);
      const [os, cpu] = [words.find((word) => KNOWN_SYSTEMS.test(word)), words.findLast((word) => KNOWN_PROCESSORS.test(word))];
      if (!os || !cpu) continue;
      found[`${place.slice(0, place.lastIndexOf("node_modules/"))}node_modules/${name}`] = { version, cpu: [PROCESSORS[cpu] ?? cpu], ...(dev && { dev }), optional: true, os: [SYSTEMS[os] ?? os] };
    }
  return found;
}

/** As Node looks: inside the package, then in every folder above. */
function resolves(packages: Record<string, Locked>, place: string, name: string, version: string): boolean {
  for (let at = place; ; at = at.slice(0, Math.max(0, at.lastIndexOf("node_modules/") - 1))) {
    const nearest = packages[`${at ? `${at}/` : ""}node_modules/${name}`];
    if (nearest || !at) return nearest?.version === version;
  }
}

if (process.argv[1] === import.meta.filename) {
  const path = `${root}package-lock.json`;
  const lock = JSON.parse(readFileSync(path, "utf8")) as { packages: Record<string, Locked> };
  const added = missing(lock.packages);
  lock.packages = Object.fromEntries(Object.entries({ ...lock.packages, ...added }).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${Object.keys(added).length} added`);
}
