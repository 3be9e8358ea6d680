import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { missing } from "../scripts/lock.ts";

const lock = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8")) as { packages: Record<string, { version: string }> };

it("a clean install finds every package it may want in the lock", () => {
  expect(Object.keys(missing(lock.packages)), "run: node scripts/lock.ts").toEqual([]);
});

it("a package for another system is added beside its parent, with the parent's version", () => {
  const packages = {
    "node_modules/tool": { version: "2.0.0", dev: true, optionalDependencies: { "@tool/linux-64": "2.0.0", "@tool/windows-64": "2.0.0", fsevents: "2.3.3" } },
    "node_modules/@tool/linux-64": { version: "2.0.0" },
    "node_modules/old/node_modules/tool": { version: "1.0.0", optionalDependencies: { "@tool/linux-64": "1.0.0" } },
  };
  expect(missing(packages)).toEqual({
    "node_modules/@tool/windows-64": { version: "2.0.0", dev: true, optional: true, os: ["win32"], cpu: ["x64"] },
    "node_modules/old/node_modules/@tool/linux-64": { version: "1.0.0", optional: true, os: ["linux"], cpu: ["x64"] },
  });
});
