import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { ChatSettings, type Vouched } from "../../channels/chat";
import { openConnection } from "../../flows/open-connection";
import type { Account } from "../../db/locate";
import type { Channel, ChannelConnection } from "../../channels/channel";
import { take, type Bucket, type Rate } from "../../domain/bucket";
import type { OfficeHours } from "../../domain/office-hours";
import { originAllowed } from "../../domain/widget";
import { readVisitorToken } from "../../platform/visitor-token";
import { problem } from "../problem";
import type { AppEnv } from "../router";

/** An active widget with its settings. */
export interface Widget { id: string; name: string; account: Account; channel: Channel; connection: ChannelConnection<unknown>; settings: ChatSettings; /** The account's. */ hours: OfficeHours | null; holidays: readonly string[] }

export interface WidgetEnv { Bindings: Env; Variables: AppEnv["Variables"] & { widget: Widget; visitorId: string; vouched: Vouched } }
type C = Context<WidgetEnv>;
/** Of a request only who asks, and when. */
interface Caller { req: { header(name: string): string | undefined }; var: { now: number } }

/** A connection that visitors reach over their own socket; null when it is none or switched off. */
export async function openWidget(env: Env, connectionId: string): Promise<Widget | null> {
  const open = await openConnection(env, connectionId);
  if (!open || open.row.status !== "active" || open.channel.capabilities.transport !== "visitor") return null;
  const { account, channel, connection, row, hours, holidays } = open;
  return { id: connectionId, name: row.name, account, channel, connection, hours, holidays, settings: ChatSettings.parse(connection.settings) };
}

/** Our own pages (the frame itself) and the sites the widget names. */
export function mayShow(c: C, widget: Widget, origin: string): boolean {
  return origin === new URL(c.req.url).origin || origin === new URL(c.env.PUBLIC_URL).origin || originAllowed(widget.settings.origins, origin);
}

/** A browser names the origin of every write and every socket; reading needs the token alone. */
export function isForeign(c: C, widget: Widget): boolean {
  const origin = c.req.header("origin");
  const mayLackOrigin = c.req.method === "GET" && c.req.header("upgrade") === undefined;
  return origin === undefined ? !mayLackOrigin : !mayShow(c, widget, origin);
}

export const foreign = (c: C) => problem(c, "forbidden", "This chat is not set up for that site. Add it to the connection's sites.", "origin");

/** A whole office behind one address, typing at once. */
const PER_ADDRESS: Rate = { burst: 60, perSecond: 5 };
/** Buckets an isolate remembers; the one not used for longest goes first. */
const MAX_BUCKETS = 10_000;
const buckets = new Map<string, Bucket>();

/** Counts in this isolate only: a brake on floods, not a ledger. */
export function isFlooding(key: string, rate: Rate, now: number): boolean {
  const { allowed, bucket } = take(buckets.get(key), rate, now);
  buckets.delete(key);
  buckets.set(key, bucket);
  if (buckets.size > MAX_BUCKETS) buckets.delete(buckets.keys().next().value!);
  return !allowed;
}

/** Too much from one address for one purpose. The edge sets this header and drops a client's own. On a laptop there is no edge, and nobody to keep out. */
export function floodsAs({ req, var: { now } }: Caller, purpose: string, rate = PER_ADDRESS): boolean {
  const address = req.header("cf-connecting-ip");
  return address !== undefined && isFlooding(`${purpose} ${address}`, rate, now);
}

export const floods = (c: C, connectionId: string, rate = PER_ADDRESS): boolean => floodsAs(c, `${c.req.path} ${connectionId}`, rate);

export const tooMany = (c: Context) => {
  c.header("retry-after", "5");
  return problem(c, "too-many-requests", "Too many requests at once. Wait a few seconds.");
};

/** The token in `Authorization`, or for sockets (which cannot send that header) as the second subprotocol. */
function presentedToken(c: C): string {
  const protocols = c.req.header("sec-websocket-protocol")?.split(",").map((part) => part.trim()) ?? [];
  return /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? (protocols[0] === VISITOR_PROTOCOL ? protocols[1] ?? "" : "");
}

export const VISITOR_PROTOCOL = "switchboard.v1";

/** Lets in the visitor whom the token names, and nobody else's thread follows from it. */
export const visitor = createMiddleware<WidgetEnv>(async (c, next) => {
  const claims = await readVisitorToken(c.env.VAULT_KEYS, presentedToken(c), c.var.now);
  if (!claims) return problem(c, "unauthenticated", "This chat session is not valid (any more)");
  if (floods(c, claims.connection)) return tooMany(c);
  const widget = await openWidget(c.env, claims.connection);
  if (!widget || widget.account.id !== claims.account) return problem(c, "unauthenticated", "This chat session is not valid (any more)");
  if (isForeign(c, widget)) return foreign(c);
  c.set("widget", widget);
  c.set("visitorId", claims.visitor);
  c.set("vouched", claims.vouched ?? {});
  await next();
});
