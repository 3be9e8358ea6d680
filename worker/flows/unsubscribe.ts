import { channelOf } from "../channels/registry";
import { listConnections } from "../db/connections";
import { findAccount } from "../db/locate";
import { addressKey, isMailAddress } from "../domain/mail-address";
import { automatedFooter } from "../domain/mail-footer";
import { fromBase64Url, isSigned, sign, toBase64Url } from "../platform/vault";
import { deliver } from "./inbound";
import { openOwnConnection } from "./open-connection";

const PURPOSE = "unsubscribe";
/** An account's, a connection's and a mail address together are far shorter; also bounds what is decoded. */
const MAX_TOKEN = 700;

/** Who would rather not have what: the link in an automated mail names them. */
export interface Unsubscriber { accountId: string; connectionId: string; address: string }

/** By which of the two ways they said it: the button of their mail program (RFC 8058), or the page behind the link. */
export type Way = "one-click" | "page";

const PROOF: Record<Way, string> = {
  "one-click": "Pressed “Unsubscribe” in their mail program (one-click, RFC 8058)",
  page: "Confirmed on the page behind the unsubscribe link in our mail",
};

function decode(text: string): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(fromBase64Url(text));
  } catch {
    return null;
  }
}

/** Works for as long as any key that signed it is configured: an old mail must be as easy to be rid of as a new one. */
export async function unsubscribeUrl(env: Env, { accountId, connectionId, address }: Unsubscriber): Promise<string> {
  const said = toBase64Url(new TextEncoder().encode(`${accountId}\n${connectionId}\n${addressKey(address)}`));
  return `${env.PUBLIC_URL}/l/u/${said}.${await sign(env.VAULT_KEYS, PURPOSE, said)}`;
}

/** Whom a link of ours names; null for one that we did not make. */
export async function unsubscriberOf(env: Env, token: string): Promise<Unsubscriber | null> {
  const [said = "", proof = "", ...rest] = token.length > MAX_TOKEN ? [] : token.split(".");
  if (said === "" || rest.length > 0 || !await isSigned(env.VAULT_KEYS, PURPOSE, said, proof)) return null;
  const [accountId = "", connectionId = "", address = ""] = (decode(said) ?? "").split("\n");
  return isMailAddress(address) ? { accountId, connectionId, address } : null;
}

/**
 * What every mail that no person wrote carries, so that machines leave it alone and people can be rid of it: headers (RFC 3834, RFC 8058),
 * and the same link below its words, for programs that show no button. `by` is the business, `language` the reader's.
 */
export async function automatedParts(env: Env, to: Unsubscriber, { isAnswer, by, language }: { isAnswer: boolean; by: string; language: string }): Promise<{ headers: Record<string, string>; footer: { text: string; html: string } }> {
  const url = await unsubscribeUrl(env, to);
  return {
    headers: {
      "Auto-Submitted": isAnswer ? "auto-replied" : "auto-generated", "X-Auto-Response-Suppress": "All",
      "List-Unsubscribe": `<${url}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    },
    footer: automatedFooter(language, by, url),
  };
}

/**
 * Keeps that somebody wants no automated mail, or no mail at all, with the proof. Goes the way of all that customers say, so that it
 * is heard in their present conversation; safe to repeat. Whom we do not know any more is nobody we write to.
 */
export async function unsubscribe(env: Env, { accountId, connectionId, address }: Unsubscriber, { way, all }: { way: Way; all: boolean }, now: number): Promise<void> {
  const account = await findAccount(env, accountId);
  const rows = account ? await listConnections(account) : [];
  // The one that sent it may be gone; what they said is about all our mail.
  const row = rows.find(({ id }) => id === connectionId) ?? rows.find(({ provider }) => channelOf(provider)?.reaches[0]?.kind === "email");
  const open = account && row ? await openOwnConnection(account, row.id) : null;
  if (!open) return;
  const event = { kind: "consent", person: { kind: "email", address }, change: "stop", purpose: all ? "all" : "marketing", how: "unsubscribe", text: PROOF[way], at: now } as const;
  await deliver(open.account, open.connection, [event], { method: "POST", url: "unsubscribe", headers: {}, body: new TextEncoder().encode(`${address} ${now}`), receivedAt: now });
}
