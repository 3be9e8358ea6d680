import { expect, it } from "vitest";
import { call, newAccount } from "../support/account";

interface Operation { operationId?: string; summary?: string; tags?: string[]; responses: Record<string, unknown>; security?: unknown[]; parameters?: unknown[]; requestBody?: { content: object } }
const document = async () => (await call("/api/v1/openapi.json")).json<{ openapi: string; info: { title: string }; servers: { url: string }[]; security: unknown[]; paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, unknown>; securitySchemes: Record<string, unknown> } }>();
const operations = async () => Object.entries((await document()).paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })));

it("the document is OpenAPI 3.1 and open to everybody", async () => {
  const found = await document();
  expect(found.openapi).toBe("3.1.0");
  expect(found.servers).toEqual([{ url: "https://inbox.example.com" }]);
  expect(Object.keys(found.components.securitySchemes)).toEqual(["apiKey", "session"]);
  expect(found.security).toEqual([{ apiKey: [] }, { session: [] }]);
});

it("every operation has a name of its own, a summary, a group and declared answers", async () => {
  const all = await operations();
  expect(all.length).toBeGreaterThan(20);
  expect(new Set(all.map(({ operationId }) => operationId)).size).toBe(all.length);
  for (const { operationId, summary, tags, responses, path } of all) {
    expect(operationId, path).toMatch(/^[a-z][A-Za-z]+$/);
    expect(summary, path).toBeTruthy();
    expect(tags, path).toHaveLength(1);
    expect(Object.keys(responses).some((status) => status.startsWith("2")), path).toBe(true);
  }
});

it("every operation under /api/v1 says that it may answer 401 and 403", async () => {
  for (const { path, method, responses } of (await operations()).filter(({ path }) => path.startsWith("/api/v1/")))
    expect(Object.keys(responses), `${method} ${path}`).toEqual(expect.arrayContaining(["401", "403"]));
});

it("every operation that takes something says how it refuses what is not of its schema", async () => {
  for (const { path, method, responses, parameters, requestBody } of await operations()) {
    const takesJson = Object.keys(requestBody?.content ?? {}).includes("application/json");
    const expected = [...(parameters?.length || requestBody ? ["400"] : []), ...(takesJson ? ["413", "415"] : [])];
    expect(Object.keys(responses), `${method} ${path}`).toEqual(expect.arrayContaining(expected));
  }
});

it("a method that a path does not have is refused with those that it has", async () => {
  const owner = await newAccount();
  const { paths } = await document();
  const problems: string[] = [];
  for (const [path, item] of Object.entries(paths)) {
    const known = Object.keys(item).map((method) => method.toUpperCase());
    const method = ["PUT", "DELETE", "POST"].find((one) => !known.includes(one))!;
    const response = await owner.fetch(path.replaceAll(/\{[^}]+\}/g, "x"), { method });
    const allowed = (response.headers.get("allow") ?? "").split(", ");
    if (response.status !== 405 || (await response.json<{ type: string }>()).type !== "method-not-allowed" || known.some((one) => !allowed.includes(one)) || allowed.includes(method)) problems.push(`${method} ${path}: ${response.status} ${allowed.join()}`);
  }
  expect(problems).toEqual([]);
  for (const [path, method] of [["/healthz", "POST"], ["/hooks/twilio/cn_1", "DELETE"]] as const) expect([path, (await call(path, { method })).status]).toEqual([path, 405]);
  for (const [path, method] of [["/nowhere", "POST"], ["/api/v1/nowhere", "GET"]] as const) expect((await owner.fetch(path, { method })).status).toBe(404);
});

it("every JSON body has an example with every field it must have", async () => {
  const { components, paths } = await document();
  type Named = { $ref?: string; required?: string[] };
  const bodies = Object.entries(paths).flatMap(([path, item]) => Object.values(item).flatMap(({ requestBody, responses }) => [requestBody, ...Object.values(responses)].flatMap((one) =>
    Object.entries((one as { content?: Record<string, { schema: Named; example?: unknown }> } | undefined)?.content ?? {}).filter(([type]) => type.includes("json")).map(([, body]) => ({ path, ...body })))));
  expect(bodies.length).toBeGreaterThan(100);
  for (const { path, schema, example } of bodies) {
    const { required = [] } = schema.$ref ? components.schemas[schema.$ref.split("/").at(-1)!] as Named : schema;
    expect(Object.keys(example as object), path).toEqual(expect.arrayContaining(required));
  }
});

it("every reference in the document leads somewhere", async () => {
  const found = await document();
  for (const [, name] of JSON.stringify(found).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) expect(found.components.schemas).toHaveProperty([name!]);
});

it("the page shows every operation and schema, needs no script and fetches nothing", async () => {
  const response = await call("/api/docs");
  const page = await response.text();
  const found = await document();
  for (const { operationId, path } of await operations()) {
    expect(page).toContain(`id="${operationId}"`);
    expect(page).toContain(path);
  }
  for (const name of Object.keys(found.components.schemas)) expect(page).toContain(`id="schema-${name}"`);
  expect(page).not.toMatch(/<script|<link|<img|style="|https?:\/\/(?!inbox\.example\.com)/);
});

it("every link inside the page leads somewhere", async () => {
  const page = await (await call("/api/docs")).text();
  const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
});

it("the page's policy allows its own style by hash and no script", async () => {
  const response = await call("/api/docs");
  const policy = response.headers.get("content-security-policy")!;
  const style = /<style>([^]*?)<\/style>/.exec(await response.text())![1]!;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style)));
  expect(policy).toContain(`style-src 'sha256-${btoa(String.fromCharCode(...digest))}'`);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("unsafe");
});

it("the page shows how to call an operation", async () => {
  const page = await (await call("/api/docs")).text();
  expect(page).toContain("curl -X POST &#39;https://inbox.example.com/api/v1/labels&#39;");
  expect(page).toContain("-H &#39;Authorization: Bearer sb_…&#39;");
  expect(page).toContain("-d &#39;{&quot;name&quot;:&quot;text&quot;}&#39;");
});
