import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Site { /** As a browser names it: another site than the app's own `127.0.0.1`. */ origin: string; close(): Promise<void> }

/** A customer's own site: each path is a page with the chat's script, under the policy that `policies` names for it. `{nonce}` there is the script's. */
export async function openSite(script: string, connection: () => string, policies: Readonly<Record<string, string>>): Promise<Site> {
  const nonce = "r4nd0m";
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? "/", "http://localhost").pathname.slice(1);
    const policy = policies[name];
    if (policy === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...(policy !== "" && { "content-security-policy": policy.replace("{nonce}", nonce) }) });
    response.end(`<!doctype html><html lang="en"><title>${name}</title><body><h1>${name}</h1><script${policy.includes("{nonce}") ? ` nonce="${nonce}"` : ""} src="${script}" data-connection="${connection()}" async></script></body></html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }),
  };
}
