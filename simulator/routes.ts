import { z } from "zod";
import type { ClockChange, ClockReport, StatusChange, WeatherChange, WorldConnection } from "./api";
import type { Engine } from "./engine";
import { type Provider, Refused } from "./provider";
import { providerNamed } from "./registry";
import { threads } from "./threads";

const PREFIX = "/simulator/api/";
/** Anything else may be a page in disguise, and this is the origin of the app. */
const SHOWN_INLINE = /^(image\/(png|jpeg|gif|webp)|audio\/|video\/)/;

const Connections: z.ZodType<WorldConnection[]> = z.array(
  z.object({ provider: z.string(), connectionId: z.string(), address: z.string(), webhookUrl: z.string(), secrets: z.record(z.string(), z.unknown()) }));

const chance = z.union([z.number().min(0).max(1), z.boolean()]).optional();
const amount = z.number().min(0).optional();
const Change: z.ZodType<WeatherChange> = z.strictObject({
  provider: z.string().optional(), seed: z.int().optional(), latencyMs: amount, duplicate: chance, reorder: chance, drop: chance,
  // A refusal with a status outside this range could not be put on the wire.
  status: z.union([z.literal(0), z.int().min(200).max(599)]).optional(), retryAfterS: amount, echoFirst: chance, loseResponse: chance, mediaFailures: amount, batch: chance,
});

const Clock: z.ZodType<ClockChange> = z.object({ forwardMs: z.number().min(0) });

const Status: z.ZodType<StatusChange> = z.object({ id: z.string(), state: z.string().min(1), code: z.string().optional() });

/** Everything under `/simulator/api`. */
export async function route(request: Request, world: Engine): Promise<Response> {
  const url = new URL(request.url);
  const [subject = "", action] = url.pathname.slice(PREFIX.length).split("/");
  try {
    const answer = await (plain(request, subject, action, url, world) ?? ofProvider(request, subject, action, url, world));
    return answer ?? Response.json({ error: `there is no ${request.method} ${url.pathname}` }, { status: 404 });
  } catch (error) {
    if (error instanceof Refused) return Response.json({ error: error.message }, { status: error.status });
    if (error instanceof z.ZodError) return Response.json({ error: z.prettifyError(error) }, { status: 400 });
    throw error;
  }
}

function plain(request: Request, subject: string, action: string | undefined, url: URL, world: Engine): Promise<Response> | Response | null {
  switch (`${request.method} ${subject}`) {
    case "GET connections": return Response.json(world.settings.connections);
    case "POST connections": return connect(request, world);
    case "GET weather": return Response.json(world.settings.report());
    case "POST weather": return change(request, world);
    case "GET clock": return Response.json(clock(world));
    case "POST clock": return forward(request, world);
    case "POST reset": return reset(world);
    case "GET wire": return Response.json(world.wire.after(Number(url.searchParams.get("after") ?? 0)));
    case "GET threads": return Response.json(threads(world.messages.all(), world.notes, world.settings.connections, world.settings.now()));
    case "GET files": return file(action ?? "", world);
    default: return null;
  }
}

async function ofProvider(request: Request, name: string, action: string | undefined, url: URL, world: Engine): Promise<Response | null> {
  const provider = providerNamed(name);
  if (!provider) return null;
  switch (`${request.method} ${action}`) {
    case "POST inbound": return Response.json(await provider.receive(await body(request), world.realm(provider)));
    case "GET sent": return Response.json(await sent(provider, url, world));
    case "POST status": return force(request, provider, world);
    default: return further(request, provider, action ?? "", world);
  }
}

async function further(request: Request, provider: Provider, action: string, world: Engine): Promise<Response | null> {
  const own = <T>(table: Readonly<Record<string, T>> | undefined): T | undefined => (table && Object.hasOwn(table, action) ? table[action] : undefined);
  const [act, view] = [own(provider.actions), own(provider.views)];
  if (request.method === "POST" && act) return Response.json(await act(await body(request), world.realm(provider)));
  return request.method === "GET" && view ? Response.json(view(world.realm(provider))) : null;
}

async function body(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    throw new Refused("the body is not JSON");
  }
}

async function connect(request: Request, world: Engine): Promise<Response> {
  world.settings.connections = Connections.parse(await body(request));
  return Response.json(world.settings.connections);
}

function reset(world: Engine): Response {
  world.reset();
  return Response.json({ ok: true });
}

const clock = ({ settings }: Engine): ClockReport => ({ now: new Date(settings.now()).toISOString(), aheadMs: settings.ahead });

async function forward(request: Request, world: Engine): Promise<Response> {
  world.settings.forward(Clock.parse(await body(request)).forwardMs);
  return Response.json(clock(world));
}

async function change(request: Request, world: Engine): Promise<Response> {
  // A form sends null for a field left empty.
  const given = Object.entries((await body(request)) ?? {}).filter(([, value]) => value !== null);
  const weather = Change.parse(Object.fromEntries(given));
  if (weather.provider !== undefined && !providerNamed(weather.provider)) throw new Refused(`there is no provider ${weather.provider}`);
  return Response.json(world.settings.change(weather));
}

async function sent(provider: Provider, url: URL, world: Engine) {
  const to = url.searchParams.get("to");
  const all = provider.sent ? await provider.sent(world.realm(provider)) : world.messages.sentThrough(provider.name);
  return to === null ? all : all.filter((message) => message.to.split(", ").includes(to));
}

async function force(request: Request, provider: Provider, world: Engine): Promise<Response> {
  const { id, state, code } = Status.parse(await body(request));
  const message = world.messages.get(id);
  if (message?.provider !== provider.name || message.by !== "app") throw new Refused(`${provider.name} was never asked to send ${id}`, 404);
  return Response.json({ id, ...(await world.progress(id, state, code ?? null, true)) });
}

function file(id: string, world: Engine): Response {
  const blob = world.blobs.head(id);
  if (!blob) return Response.json({ error: "there is no such file" }, { status: 404 });
  const shown = SHOWN_INLINE.test(blob.type);
  return new Response(world.blobs.bytes(id), {
    headers: {
      "content-type": shown ? blob.type : "application/octet-stream",
      "content-disposition": `${shown ? "inline" : "attachment"}; filename*=UTF-8''${encodeURIComponent(blob.name)}`,
      "content-security-policy": "default-src 'none'; sandbox", "x-content-type-options": "nosniff",
    },
  });
}
