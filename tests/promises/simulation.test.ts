import { expect, it } from "vitest";
import { env } from "cloudflare:test";
it("x", () => { console.log("SEEDS", process.env["SEEDS"], process.env["SEED"], (import.meta as any).env?.SEEDS, Object.keys(env).join()); console.log(Object.getOwnPropertyNames(Object.getPrototypeOf(env.BUCKET)), Object.getOwnPropertyNames(Object.getPrototypeOf(env.DB)), Object.getOwnPropertyNames(Object.getPrototypeOf(env.DB.prepare("select 1")))); expect(1).toBe(1); });
