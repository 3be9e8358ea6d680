import { z } from "zod";
import { type Realm, addressed, secretOf } from "../provider";
import { newDigits } from "./wire";

const Body = z.object({ to: z.string().optional(), verifyToken: z.string().optional() });

/** `POST {provider}/handshake`: registers the webhook as Meta's dashboard does. `ok` when the app repeats the challenge exactly. */
export async function handshake(provider: string, input: unknown, realm: Realm): Promise<{ ok: boolean; status: number; body: string }> {
  const { to, verifyToken } = Body.parse(input);
  const connection = addressed(provider, realm, to);
  const challenge = newDigits(10);
  const query = new URLSearchParams({ "hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verifyToken ?? secretOf(connection, "verifyToken") });
  const response = await realm.browse(`${new URL(connection.webhookUrl).pathname}?${query.toString()}`, { headers: { "user-agent": "facebookplatform/1.0" } });
  const body = await response.text();
  return { ok: response.ok && body === challenge, status: response.status, body };
}
