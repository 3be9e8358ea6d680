import { Hono } from "hono";
import type { WidgetConfig } from "../../contract/widget";
import { WIDGET_ICONS } from "../../contract/widget-icons";
import { hoursOf } from "../../channels/chat";
import { inLanguage } from "../../domain/chat-texts";
import { presence } from "../../domain/office-hours";
import { frameAncestors } from "../../domain/widget";
import { mediaUrl } from "../../platform/media";
import { foreign, floods, mayShow, openWidget, tooMany, type Widget, type WidgetEnv } from "../middleware/visitor";
import { problem } from "../problem";

/** Nothing in it comes from a person: texts arrive as data and are drawn by the script. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Chat</title>
<link rel="stylesheet" href="/w/frame.css">
<script type="module" src="/w/frame.js"></script>
</head>
<body></body>
</html>
`;

/** Only our own files run, and only the named sites may frame the page. Sockets are listed because older browsers do not count them as 'self'. */
function policy(widget: Widget, host: string): string {
  return [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob:", "media-src 'self'", `connect-src 'self' wss://${host} ws://${host}`,
    "base-uri 'none'", "form-action 'none'", `frame-ancestors ${frameAncestors(widget.settings.origins)}`,
  ].join("; ");
}

/** As somebody who reads `locale` is told. */
export const configOf = (env: Env, { name, account, settings, hours, holidays }: Widget, now: number, locale?: string): WidgetConfig => {
  const { greeting, colour, position, preChat, awayMessage, theme, icon, logo, greetings, consentText, sound, rating, transcript } = inLanguage(settings, locale);
  const here = presence(hoursOf(settings, hours, holidays), now);
  return {
    name, greeting, colour, position, preChat, awayMessage, theme, icon, mark: WIDGET_ICONS[icon], greetings, consentText, sound, rating, transcript,
    online: here.isOpen, backAt: here.isOpen || here.backAt === null ? null : new Date(here.backAt).toISOString(), logo: logo === "" ? null : mediaUrl(env, account.id, logo, "logo", now),
  };
};

const NO_WIDGET = "There is no such chat, or it is switched off";

/** What the loader and the frame are made of. No visitor is known here. */
export const widgetFrame = new Hono<WidgetEnv>()
  .get("/widget/frame", async (c) => {
    const connectionId = c.req.query("connection") ?? "";
    if (floods(c, connectionId)) return tooMany(c);
    const widget = await openWidget(c.env, connectionId);
    if (!widget) return problem(c, "not-found", NO_WIDGET);
    const page = c.req.query("origin");
    if (page !== undefined && !mayShow(c, widget, page)) return foreign(c);
    return c.html(PAGE, 200, {
      "content-security-policy": policy(widget, new URL(c.req.url).host),
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "permissions-policy": "camera=(), microphone=(), geolocation=()",
    });
  })
  .get("/widget/config/:connectionId", async (c) => {
    const connectionId = c.req.param("connectionId");
    if (floods(c, connectionId)) return tooMany(c);
    const widget = await openWidget(c.env, connectionId);
    if (!widget) return problem(c, "not-found", NO_WIDGET);
    const origin = c.req.header("origin");
    c.header("vary", "Origin");
    if (origin !== undefined) {
      if (!mayShow(c, widget, origin)) return foreign(c);
      c.header("access-control-allow-origin", origin);
    }
    c.header("cache-control", "private, max-age=60");
    return c.json(configOf(c.env, widget, c.var.now, c.req.query("locale")));
  });
