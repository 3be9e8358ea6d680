import { exampleOf, type Schema } from "./docs-schema";
import type { router } from "./router";

type Api = ReturnType<typeof router>;
export type Document = ReturnType<Api["getOpenAPI31Document"]>;

const ABOUT = `Everything the inbox can do. Sign in with a session cookie, or send an API key as \`Authorization: Bearer sb_…\`.

Errors are problem+json (RFC 9457): branch on \`type\`, show \`detail\`. Times are ISO 8601 in UTC. Lists that can be long come in pages: send \`nextCursor\` back as \`cursor\`; one that the list did not give out is refused (422, \`bad-cursor\`). A method that a path does not have is 405, with \`Allow\`. A JSON body may have 1 MB.

Requests that make something take an id of yours where the schema asks for one (\`clientId\`): repeat them as often as you like, they act once. Writes that a cookie vouches for must come from the inbox's own page; an API key has no such limit.`;

/** The OpenAPI 3.1 document of everything that was mounted on `api`. */
export function describeApi(api: Api, publicUrl: string): Document {
  api.openAPIRegistry.registerComponent("securitySchemes", "apiKey", { type: "http", scheme: "bearer", description: "An API key: sb_…" });
  api.openAPIRegistry.registerComponent("securitySchemes", "session", { type: "apiKey", in: "cookie", name: "sb_session", description: "Set by signing in; over https its name starts with __Host-" });
  const document = api.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "Switchboard API", version: "1", description: ABOUT, license: { name: "MIT" } },
    servers: [{ url: publicUrl }],
    security: [{ apiKey: [] }, { session: [] }],
  });
  addRefusals(document);
  addExamples(document);
  return document;
}

interface Content { schema?: Schema; example?: unknown }
interface Described { parameters?: unknown[]; requestBody?: { content?: Record<string, Content> }; responses?: Record<string, { content?: Record<string, Content> }> }

const PROBLEM = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
const BAD_REQUEST = { description: "Not a valid request; `detail` says what is wrong with it", content: PROBLEM };
const TOO_LARGE = { description: "Longer than a JSON body may be", content: PROBLEM };
const NO_JSON = { description: "The body is not sent as application/json", content: PROBLEM };

/** What every operation answers to input that is not of its schema, so that no route has to say it. */
function addRefusals(document: Document): void {
  for (const operation of Object.values(document.paths ?? {}).flatMap((path) => Object.values(path) as Described[])) {
    const takesJson = operation.requestBody?.content?.["application/json"] !== undefined;
    operation.responses = {
      ...(takesJson && { 413: TOO_LARGE, 415: NO_JSON }), ...((operation.parameters?.length || operation.requestBody) && { 400: BAD_REQUEST }), ...operation.responses,
    };
  }
}

/** Every JSON body gets an example made of its schema, so that none can be out of date. A request shows what it must have. */
function addExamples(document: Document): void {
  const named = (document.components?.schemas ?? {}) as Record<string, Schema>;
  const add = (content: Record<string, Content> | undefined, brief: boolean) => {
    for (const [type, body] of Object.entries(content ?? {})) if (/json/.test(type) && body.schema) body.example ??= exampleOf(body.schema, named, brief);
  };
  for (const operation of Object.values(document.paths ?? {}).flatMap((path) => Object.values(path) as Described[])) {
    add(operation.requestBody?.content, true);
    for (const { content } of Object.values(operation.responses ?? {})) add(content, false);
  }
}
