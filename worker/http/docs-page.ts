import { html, raw } from "hono/html";
import { exampleOf, fields, join, refName, type Schema, typeWords } from "./docs-schema";
import type { Document } from "./openapi";

interface Body { description?: string; content?: Record<string, { schema?: Schema }> }
interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  deprecated?: boolean;
  security?: unknown[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[];
  requestBody?: Body;
  responses?: Record<string, Body>;
}
interface Listed { method: string; path: string; operation: Operation; id: string }

/** Colours come from the system's theme; nothing is fetched and nothing runs. */
export const DOCS_STYLE = `
:root{color-scheme:light dark;--text:light-dark(#1b1f24,#e6e8eb);--soft:light-dark(#57606a,#a3abb5);--ground:light-dark(#fff,#14171a);--raised:light-dark(#f5f6f8,#1d2126);--line:light-dark(#d5d9df,#343a42);--link:light-dark(#0b57b8,#83b7ff)}
*{box-sizing:border-box}html{scroll-padding-top:1rem}body{margin:0;font:1rem/1.55 system-ui,sans-serif;color:var(--text);background:var(--ground)}
a{color:var(--link)}a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-999px}.skip:focus{left:1rem;top:1rem;background:var(--ground);padding:.5rem}
.page{display:grid;grid-template-columns:17rem minmax(0,1fr);max-width:80rem;margin:auto}
nav{position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;padding:2rem 1rem;border-inline-end:1px solid var(--line);font-size:.9rem}
nav h2{font-size:.8rem;color:var(--soft);margin:1.2rem 0 .3rem}nav ul{list-style:none;margin:0;padding:0}nav a{text-decoration:none;display:block;padding:.2rem 0}
main{padding:2rem}section{border-top:1px solid var(--line);padding:1.5rem 0}h1{line-height:1.2}h3{margin:0 0 .4rem}h4{margin:1rem 0 .3rem;font-size:.9rem;color:var(--soft)}
code,pre{font:.875em/1.5 ui-monospace,monospace}pre{background:var(--raised);border:1px solid var(--line);border-radius:6px;padding:.75rem;overflow:auto}
.call{overflow-wrap:anywhere}.call b{display:inline-block;min-width:4.2em}table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:start;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line)}th[scope=row]{font-weight:400}.scroll{overflow-x:auto}small{color:var(--soft)}
@media(max-width:50rem){.page{display:block}nav{position:static;max-height:none;border:0;border-bottom:1px solid var(--line)}main{padding:1rem}}`;

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

function operationsOf(document: Document): Listed[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) => METHODS.flatMap((method) => {
    const operation = item[method] as Operation | undefined;
    return operation ? [{ method: method.toUpperCase(), path, operation, id: operation.operationId ?? `${method}-${path}` }] : [];
  }));
}

/** `code` in descriptions is between backticks; everything else is plain text. */
const prose = (text: string) => html`${text.split(/\n\n+/).map((paragraph) => html`<p>${paragraph.split("`").map((part, index) => (index % 2 ? html`<code>${part}</code>` : part))}</p>`)}`;

const bodySchema = (body: Body | undefined): { type: string; schema: Schema } | null => {
  const [type, content] = Object.entries(body?.content ?? {})[0] ?? [];
  return type && content?.schema ? { type, schema: content.schema } : null;
};

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

function curl({ method, path, operation }: Listed, server: string, named: Record<string, Schema>): string {
  const request = bodySchema(operation.requestBody);
  const lines = [`curl ${method === "GET" ? "" : `-X ${method} `}${quoted(server + path)}`];
  if (operation.security?.length !== 0) lines.push(`-H 'Authorization: Bearer sb_…'`);
  if (request?.type === "application/json") lines.push("-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(exampleOf(request.schema, named, true)))}`);
  else if (request) lines.push(`-H 'Content-Type: ${request.type}'`, "--data-binary @file");
  return lines.join(" \\\n  ");
}

function parameters(operation: Operation) {
  if (!operation.parameters?.length) return "";
  const rows = operation.parameters.map((parameter) => html`<tr><th scope="row"><code>${parameter.name}</code></th><td>${parameter.in}${parameter.required ? "" : html` <small>optional</small>`}</td>
    <td>${typeWords(parameter.schema ?? {})}</td><td>${parameter.description ?? parameter.schema?.description ?? ""}</td></tr>`);
  return html`<h4>Parameters</h4><div class="scroll" tabindex="0" role="group" aria-label="Parameters"><table>
    <thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">Type</th><th scope="col">About</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function section(listed: Listed, server: string, named: Record<string, Schema>) {
  const { method, path, operation, id } = listed;
  const request = bodySchema(operation.requestBody);
  const responses = Object.entries(operation.responses ?? {}).map(([status, body]) => {
    const answer = bodySchema(body);
    return html`<tr><th scope="row">${status}</th><td>${body.description ?? ""}</td><td>${answer ? typeWords(answer.schema) : ""}</td></tr>`;
  });
  const answer = Object.entries(operation.responses ?? {}).flatMap(([status, body]) => (status.startsWith("2") ? bodySchema(body) ?? [] : []))[0];
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h3 id="${id}-title">${operation.summary ?? id}${operation.deprecated ? " (deprecated)" : ""}</h3>
    <p class="call"><code><b>${method}</b> ${path}</code></p>
    ${operation.description ? prose(operation.description) : ""}
    ${parameters(operation)}
    ${request ? html`<h4>Body: ${typeWords(request.schema)}</h4>${fields(named[refName(request.schema) ?? ""] ?? request.schema)}` : ""}
    <h4>Answers</h4><div class="scroll" tabindex="0" role="group" aria-label="Answers"><table>
      <thead><tr><th scope="col">Status</th><th scope="col">When</th><th scope="col">Body</th></tr></thead><tbody>${responses}</tbody></table></div>
    <h4>Example</h4><pre tabindex="0"><code>${curl(listed, server, named)}</code></pre>
    ${answer?.type === "application/json" ? html`<details><summary>Example answer</summary><pre tabindex="0"><code>${JSON.stringify(exampleOf(answer.schema, named, false), null, 2)}</code></pre></details>` : ""}
  </section>`;
}

type Markup = ReturnType<typeof html>;

/** A page of the docs: its contents at the side, no script. */
export const docsFrame = (title: string, contents: Markup, main: Markup) => html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${raw(DOCS_STYLE)}</style></head><body><a class="skip" href="#content">Skip to the content</a><div class="page">
<nav aria-label="Contents">${contents}</nav>
<main id="content">${main}</main></div></body></html>`;

/** The whole document as one page of plain HTML: readable, printable, searchable in the browser. */
export function docsPage(document: Document) {
  const named = (document.components?.schemas ?? {}) as Record<string, Schema>;
  const server = document.servers?.[0]?.url ?? "";
  const groups = Map.groupBy(operationsOf(document), ({ operation }) => operation.tags?.[0] ?? "Other");
  const names = Object.keys(named).sort();
  const contents = html`<a href="#content"><strong>${document.info.title}</strong></a><a href="/api/docs/channels">Channels</a><a href="/api/docs/widget">Chat on your site</a><a href="/api/v1/openapi.json">openapi.json</a>
${[...groups].map(([group, listed]) => html`<h2>${group}</h2><ul>${listed.map(({ id, operation }) => html`<li><a href="#${id}">${operation.summary ?? id}</a></li>`)}</ul>`)}
<h2>Schemas</h2><ul>${names.map((name) => html`<li><a href="#schema-${name}">${name}</a></li>`)}</ul>`;
  return docsFrame(document.info.title, contents, html`<h1>${document.info.title}</h1>${prose(document.info.description ?? "")}
${[...groups].map(([group, listed]) => html`<h2>${group}</h2>${join(listed.map((one) => section(one, server, named)), "\n")}`)}
<h2>Schemas</h2>${names.map((name) => html`<section id="schema-${name}" aria-labelledby="schema-${name}-title"><h3 id="schema-${name}-title">${name}</h3>
${named[name]!.description ? prose(named[name]!.description!) : ""}${fields(named[name]!)}</section>`)}`);
}
