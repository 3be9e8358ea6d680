import { z } from "zod";
import { type Channel, type ChannelConnection, defineChannel, type InboundEvent, type OutboundMessage, type ProviderTemplate, type RawRequest, type SendResult } from "../../worker/channels/channel";
import { channels } from "../../worker/channels/registry";
import type { TemplateDraft } from "../../worker/contract/template";
import { createConnection } from "../../worker/db/connections";
import type { TestAccount } from "./account";

const Settings = z.object({ place: z.string().default("main"), token: z.string(), signingSecret: z.string(), verifyToken: z.string().default("verify") });
type Settings = z.infer<typeof Settings>;
type Connection = ChannelConnection<Settings>;

const name = "test-courier";
const said = (request: RawRequest): InboundEvent[] => JSON.parse(new TextDecoder().decode(request.body)) as InboundEvent[];

/** A provider that does as the test says: every answer is a field that a test sets, everything it was asked is kept. */
export class Courier {
  sent: { message: OutboundMessage; token: string }[] = [];
  drafts: TemplateDraft[] = [];
  templates: ProviderTemplate[] = [];
  send: () => SendResult | Promise<SendResult> = () => ({ ok: true, externalId: crypto.randomUUID() });
  create: () => { ok: true; externalId: string; status: "pending" } | { ok: false; sentence: string } = () => ({ ok: true, externalId: crypto.randomUUID(), status: "pending" });
  list: () => ProviderTemplate[] | Promise<ProviderTemplate[]> = () => this.templates;
  probe: () => string | null | Promise<string | null> = () => null;
  renew: (connection: Connection) => Promise<{ settings: Partial<Settings>; expiresAt: number } | null> = () => Promise.resolve(null);

  /** Registers the provider; `over` replaces what it is or can. */
  open(over: Partial<Channel<typeof Settings>> = {}): this {
    const plain: Channel<typeof Settings> = {
      provider: name, kind: "whatsapp", title: "Courier", reaches: [{ kind: "user", scoped: true }, { kind: "phone", scoped: false }], settings: Settings,
      fields: [{ key: "place", label: "Place", help: "Where it is", secret: false, optional: true }, ...["token", "signingSecret", "verifyToken"].map((key) => ({ key, label: key, help: key, secret: true }))],
      capabilities: {
        text: { max: 1_000, unit: "characters" }, subject: false, html: false, copies: false, media: null, voice: null, location: false, typing: false, readReceipts: true, deliveryReceipts: true, start: true,
        window: { hours: 24, adHours: null, humanHours: null, perTurn: null }, templates: true, reactions: false, replies: false, edit: false, delete: false, groups: false, resend: "ask", transport: "provider", perSecond: 10,
      },
      explain: (code) => (code === "190" ? "The access token is not valid any more." : null),
      verify: (request, { settings }) => Promise.resolve(request.headers["x-signature"] === settings.signingSecret),
      handshake: (url, { verifyToken }) => (url.searchParams.get("token") === verifyToken ? "challenge" : null),
      receive: (request) => Promise.resolve(said(request)),
      send: async (message, { settings }) => {
        this.sent.push({ message, token: settings.token });
        return this.send();
      },
      probe: async () => this.probe(),
      renew: (connection) => this.renew(connection),
      templates: {
        list: async () => this.list(),
        create: (draft) => {
          this.drafts.push(draft);
          return Promise.resolve(this.create());
        },
      },
    };
    channels[name] = defineChannel({ ...plain, ...over });
    return this;
  }

  close(): void {
    delete channels[name];
  }

  /** A connection of an account to it, without the sync that connecting over HTTP begins. */
  async connect({ account }: TestAccount, own: Partial<Settings> = {}, { renewAt = null, address = "+15125550100" }: { renewAt?: number | null; address?: string } = {}): Promise<string> {
    const settings = Settings.parse({ token: "token-1", signingSecret: "secret-1", ...own });
    return (await createConnection(account, "whatsapp", { provider: name, name: "Front desk", address, settings: {} }, settings, Date.now(), undefined, renewAt)).id;
  }
}
