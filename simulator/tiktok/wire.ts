import type { WorldConnection } from "../api";
import { hmacHex } from "../hex";
import { newToken } from "../meta/wire";
import { type Answer, type Call, json, secretOf, type Realm, type Webhook } from "../provider";

export const NAME = "tiktok";
export const API_HOST = "business-api.tiktok.com";
/** Pictures and videos, for who shows the token; and stickers, for everybody. */
export const FILE_HOST = "api-va.tiktokv.com";
export const STICKER_HOST = "p16-sg.tiktokcdn.com";

/** The owner's own name, and the id that stands for the business inside messages. */
export const OUR_NAME = "northside.cycles";
export const OUR_ID = "Bnorthside0000000001";

/** TikTok answers 200 to whatever it understood; the code says whether it agreed. */
export const answered = (code: number, message: string, data: unknown = {}, status = 200, headers: Record<string, string> = {}): Answer =>
  json(status, { code, message, request_id: newToken(12), data }, headers);
export const ok = (data: unknown = {}): Answer => answered(0, "OK", data);

/** One conversation for each customer of an account; its id holds what ids in base64 hold. */
export const conversationOf = (connection: WorldConnection, userId: string): string => `Aq3+${btoa(`${connection.address}/${userId}`).replaceAll("=", "")}/=`;

export const newId = (): string => newToken(24);

/** A request with one event, whose content is JSON within JSON. */
export function webhookOf(connection: WorldConnection, event: string, content: Record<string, unknown>, now: number, messageId: string | null): Webhook {
  const body = JSON.stringify({ client_key: secretOf(connection, "clientKey"), event, create_time: Math.floor(now / 1_000), user_openid: secretOf(connection, "businessId"), content: JSON.stringify(content) });
  return { kind: "webhook", provider: NAME, connectionId: connection.connectionId, eventId: crypto.randomUUID(), url: connection.webhookUrl, type: "application/json", body, messageId };
}

export async function signTikTok(delivery: Webhook, connection: WorldConnection, now: number): Promise<Record<string, string>> {
  const at = Math.floor(now / 1_000);
  return { "user-agent": "tiktok-webhook", "tiktok-signature": `t=${at},s=${await hmacHex(secretOf(connection, "appSecret"), `${at}.${delivery.body}`)}` };
}

/** A token of ours proves itself, so that the app's tokens outlive a reset of the pretend world. */
async function issue(kind: "act" | "rft", connection: WorldConnection): Promise<string> {
  const serial = newToken(12);
  return `${kind}.${serial}.${(await hmacHex(secretOf(connection, "appSecret"), `${kind}.${serial}`)).slice(0, 32)}`;
}

async function isIssued(kind: "act" | "rft", token: string, connection: WorldConnection): Promise<boolean> {
  const [given, serial = "", proof] = token.split(".");
  return given === kind && proof === (await hmacHex(secretOf(connection, "appSecret"), `${kind}.${serial}`)).slice(0, 32);
}

export async function isAccess(token: string, connection: WorldConnection): Promise<boolean> {
  return token !== "" && (token === secretOf(connection, "accessToken") || isIssued("act", token, connection));
}

const usedKey = (token: string) => `${NAME} used ${token}`;
const DAY_SECONDS = 86_400;

/** Each refresh token works once. */
export async function renewed(fields: Record<string, unknown>, realm: Realm): Promise<Answer> {
  const token = String(fields["refresh_token"]);
  for (const connection of realm.connections().filter(({ provider }) => provider === NAME)) {
    if (fields["client_id"] !== secretOf(connection, "clientKey") || fields["client_secret"] !== secretOf(connection, "appSecret")) continue;
    if (realm.notes.get<boolean>(usedKey(token)) || (token !== secretOf(connection, "refreshToken") && !await isIssued("rft", token, connection))) continue;
    realm.notes.put(usedKey(token), true);
    return ok({
      open_id: secretOf(connection, "businessId"), access_token: await issue("act", connection), refresh_token: await issue("rft", connection),
      expires_in: DAY_SECONDS, refresh_token_expires_in: 365 * DAY_SECONDS, scope: "message.list.read,message.list.send,message.list.manage",
    });
  }
  return answered(40105, "Refresh token is incorrect or has been used.");
}

export const tokenOf = ({ headers }: Pick<Call, "headers">): string => headers.get("access-token") ?? "";
