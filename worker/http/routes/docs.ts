import { channels } from "../../channels/registry";
import { toBase64 } from "../../platform/vault";
import { channelsPage } from "../docs-channels";
import { widgetPage } from "../docs-widget";
import { DOCS_STYLE, docsPage } from "../docs-page";
import { describeApi, type Document } from "../openapi";
import { router } from "../router";

/** The pages' own style, named by its hash, and nothing else. */
async function policy(): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(DOCS_STYLE));
  return `default-src 'none'; style-src 'sha256-${toBase64(new Uint8Array(digest))}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;
}

/** How to use the API, for programs and for people. Open to everybody: it describes this software, not this account. */
export function docs(api: ReturnType<typeof router>) {
  let document: Document | null = null;
  const described = (publicUrl: string) => (document ??= describeApi(api, publicUrl));
  const routes = router();
  routes.get("/api/v1/openapi.json", (c) => c.json(described(c.env.PUBLIC_URL)));
  routes.get("/api/docs", async (c) => c.html(docsPage(described(c.env.PUBLIC_URL)), 200, { "content-security-policy": await policy() }));
  routes.get("/api/docs/channels", async (c) => c.html(channelsPage(Object.values(channels)), 200, { "content-security-policy": await policy() }));
  routes.get("/api/docs/widget", async (c) => c.html(widgetPage(), 200, { "content-security-policy": await policy() }));
  return routes;
}
