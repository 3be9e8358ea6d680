/* What the platform gives Workers; a browser never asks for it. */
declare module "cloudflare:workers" { export const env: Record<string, unknown>; }
declare module "cloudflare:sockets" { export function connect(address: unknown, options?: unknown): never; }
