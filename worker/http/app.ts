import { HTTPException } from "hono/http-exception";
import { routePath } from "hono/route";
import { log } from "../platform/log";
import { methodsOf } from "./methods";
import { headers } from "./middleware/headers";
import { jsonLimit } from "./middleware/limit";
import { noForeignOrigin, ownOrigin } from "./middleware/origin";
import { session } from "./middleware/session";
import { problem } from "./problem";
import { router } from "./router";
import { account } from "./routes/account";
import { apiKeys } from "./routes/api-keys";
import { attachments } from "./routes/attachments";
import { auth } from "./routes/auth";
import { connectionChecks } from "./routes/connection-checks";
import { connections } from "./routes/connections";
import { contacts } from "./routes/contacts";
import { conversations } from "./routes/conversations";
import { docs } from "./routes/docs";
import { fileLinks } from "./routes/file-links";
import { hooks } from "./routes/hooks";
import { imports } from "./routes/imports";
import { invitations } from "./routes/invitations";
import { labels } from "./routes/labels";
import { live } from "./routes/live";
import { mailReading } from "./routes/mail-reading";
import { me } from "./routes/me";
import { media } from "./routes/media";
import { members } from "./routes/members";
import { merges } from "./routes/merges";
import { messages } from "./routes/messages";
import { teams } from "./routes/teams";
import { templates } from "./routes/templates";
import { unsubscribing } from "./routes/unsubscribing";
import { widget } from "./routes/widget";
import { widgetActs } from "./routes/widget-acts";
import { widgetFrame } from "./routes/widget-frame";

/** Everything the OpenAPI document describes, one line per resource. Mounted on `/`, so paths stand in the document as they are called. */
function apiRoutes() {
  const api = router();
  api.use("/api/*", jsonLimit);
  api.use("/api/auth/*", noForeignOrigin);
  api.use("/api/v1/*", session, ownOrigin);
  api.route("/", auth);
  api.route("/", invitations);
  api.route("/", me);
  api.route("/", account);
  api.route("/", members);
  api.route("/", teams);
  api.route("/", labels);
  api.route("/", apiKeys);
  api.route("/", conversations);
  api.route("/", messages);
  api.route("/", mailReading);
  api.route("/", contacts);
  api.route("/", merges);
  api.route("/", connections);
  api.route("/", connectionChecks);
  api.route("/", templates);
  api.route("/", imports);
  api.route("/", attachments);
  api.route("/", fileLinks);
  return api;
}

/** The whole HTTP surface of the Worker. */
export function app() {
  const root = router();
  root.use(async (c, next) => {
    c.set("now", Date.now());
    await next();
  });
  root.use(headers);
  root.get("/healthz", (c) => c.json({ ok: true }));
  const api = apiRoutes();
  root.route("/", docs(api));
  root.route("/", api);
  root.route("/", hooks);
  root.route("/", live);
  root.route("/", media);
  root.route("/", unsubscribing);
  root.route("/", widget);
  root.route("/", widgetActs);
  root.route("/", widgetFrame);

  root.notFound((c) => {
    const allowed = methodsOf(root, c.req.path);
    if (allowed.length === 0 || allowed.includes(c.req.method)) return problem(c, "not-found");
    c.header("allow", allowed.join(", "));
    return problem(c, "method-not-allowed", `Nothing answers ${c.req.method} here, only ${allowed.join(", ")}`);
  });
  root.onError((error, c) => {
    if (error instanceof HTTPException && error.status === 415) return problem(c, "unsupported-type", "Send JSON as application/json");
    if (error instanceof HTTPException && error.status < 500) return problem(c, "invalid-request", error.message);
    // The pattern, not the path: what stands in some paths is a key to what they lead to.
    log("request-failed", { method: c.req.method, path: routePath(c), error });
    return problem(c, "unavailable", "Something went wrong on our side. Try again in a moment.");
  });
  return root;
}
