import type { WorldConnection } from "../../simulator/api";
import { hmacHex } from "../../simulator/hex";
import { PUBLIC_URL, inWorld, type Pretend } from "./pretend";

export const APP_SECRET = "test_meta_app_secret";
export const TOKEN = "EAAtesttoken";
export const NUMBER_ID = "106540352242922";
export const WABA_ID = "102290129340398";
export const PAGE_ID = "682498302938465";
export const IG_ID = "17841405822304914";

export const OURS = "+15550783881";
export const MAYA = "+16505551234";
/** Of Messenger and of Instagram: ids that one page or account knows. */
export const PSID = "5349573198712345";
export const IGSID = "1234567890123456";

const verifyToken = "test_meta_verify_token";
export const META: WorldConnection[] = [
  { provider: "whatsapp", connectionId: "cn_wa", address: OURS, webhookUrl: `${PUBLIC_URL}/hooks/whatsapp/cn_wa`, secrets: { phoneNumberId: NUMBER_ID, wabaId: WABA_ID, accessToken: TOKEN, appSecret: APP_SECRET, verifyToken } },
  { provider: "messenger", connectionId: "cn_me", address: PAGE_ID, webhookUrl: `${PUBLIC_URL}/hooks/messenger/cn_me`, secrets: { pageId: PAGE_ID, pageAccessToken: TOKEN, appSecret: APP_SECRET, verifyToken } },
  { provider: "instagram", connectionId: "cn_ig", address: IG_ID, webhookUrl: `${PUBLIC_URL}/hooks/instagram/cn_ig`, secrets: { igUserId: IG_ID, accessToken: TOKEN, appSecret: APP_SECRET, verifyToken, login: "instagram" } },
];

export const HOUR_MS = 3_600_000;

interface Answered { status: number; body: Record<string, unknown>; code: number | undefined; subcode: number | undefined }

export interface MetaWorld extends Pretend {
  /** A call with token and proof. Without a body it is a GET. */
  graph(path: string, body?: object, method?: string): Promise<Answered>;
  /** To WhatsApp. */
  whatsapp(body: object): Promise<Answered>;
  messenger(body: object): Promise<Answered>;
  instagram(body: object): Promise<Answered>;
  /** Every event the app was told of: values of changes, or events of `messaging`, in order. */
  events(): Record<string, unknown>[];
}

export const inMeta = (play: (world: MetaWorld) => Promise<void>): Promise<void> => inWorld(async (world) => {
  await world.api("connections", META);
  const proof = await hmacHex(APP_SECRET, TOKEN);
  const graph = async (path: string, body?: object, method = body ? "POST" : "GET"): Promise<Answered> => {
    const url = new URL(path.startsWith("https:") ? path : `https://graph.facebook.com/v25.0/${path}`);
    url.searchParams.set("appsecret_proof", proof);
    const response = await world.call(url.href, { method, headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" }, ...(body && { body: JSON.stringify(body) }) });
    const answered = await response.json<Record<string, unknown> & { error?: { code: number; error_subcode?: number } }>();
    return { status: response.status, body: answered, code: answered.error?.code, subcode: answered.error?.error_subcode };
  };
  await play({
    ...world, graph, whatsapp: (body) => graph(`${NUMBER_ID}/messages`, { messaging_product: "whatsapp", ...body }), messenger: (body) => graph(`${PAGE_ID}/messages`, { messaging_type: "RESPONSE", ...body }),
    instagram: (body) => graph(`https://graph.instagram.com/v25.0/${IG_ID}/messages`, body),
    events: () => world.hooks.flatMap(({ body }) => (JSON.parse(body) as { entry: { changes?: { value: Record<string, unknown> }[]; messaging?: Record<string, unknown>[] }[] }).entry
      .flatMap(({ changes, messaging }) => [...(changes ?? []).map(({ value }) => value), ...(messaging ?? [])])),
  });
});
