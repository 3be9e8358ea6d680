import { X509Certificate } from "node:crypto";
import { z } from "zod";
import { fromBase64 } from "../platform/vault";
import { jsonOf } from "./answer";
import type { ChannelIo } from "./channel";
import { bytesOf } from "./outside";

/** Anybody can have a host at amazonaws.com; only Amazon has these. */
const SNS_HOST = /^sns\.[a-z0-9-]{1,40}\.amazonaws\.com(\.cn)?$/;
const CERTIFICATE_BYTES = 20_000; // they have 2 kB
const MAX_CERTIFICATES = 50; // one per region, and a few while they are replaced

export const SnsMessage = z.object({
  Type: z.enum(["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"]),
  MessageId: z.string(), TopicArn: z.string(), Message: z.string(), Timestamp: z.string(), SignatureVersion: z.enum(["1", "2"]), Signature: z.string(), SigningCertURL: z.string(),
  Subject: z.string().optional(), SubscribeURL: z.string().optional(), Token: z.string().optional(),
});
export type SnsMessage = z.infer<typeof SnsMessage>;

/** What Amazon SNS posts, or null. It says it is text, and is JSON. */
export const snsMessage = (body: Uint8Array): SnsMessage | null => SnsMessage.safeParse(jsonOf(new TextDecoder().decode(body))).data ?? null;

/** The URL, if it is Amazon's own and nothing else: no port, no name, no other scheme. */
export function snsUrl(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url?.protocol === "https:" && SNS_HOST.test(url.hostname) && url.port === "" && url.username === "" && url.password === "" ? url : null;
}

/** The fields that are signed, in their order; a field that is not there is left out. */
function signedText(message: SnsMessage): string {
  const names = message.Type === "Notification" ? ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"] as const : ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"] as const;
  return names.map((name) => [name, (message as Partial<Record<typeof name, string>>)[name]] as const).filter(([, value]) => value !== undefined).map(([name, value]) => `${name}\n${value}\n`).join("");
}

const HASHES = { 1: "SHA-1", 2: "SHA-256" } as const;
const certificates = new Map<string, Uint8Array<ArrayBuffer>>();

/** The public key of a certificate at this address. Throws when it cannot be had now. */
async function publicKeyAt(url: URL, io: ChannelIo | undefined): Promise<Uint8Array<ArrayBuffer> | null> {
  const known = certificates.get(url.href);
  if (known) return known;
  if (!io) return null;
  const response = await io.fetch(url.href, { redirect: "manual" });
  if (!response.ok) throw new Error(`Amazon's signing certificate answered ${response.status}`);
  const text = await bytesOf(response, CERTIFICATE_BYTES);
  const key = text && keyOf(new TextDecoder().decode(text));
  if (key) {
    if (certificates.size >= MAX_CERTIFICATES) certificates.delete(certificates.keys().next().value!);
    certificates.set(url.href, key);
  }
  return key;
}

function keyOf(certificate: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(new X509Certificate(certificate).publicKey!.export({ type: "spki", format: "der" }));
  } catch {
    return null;
  }
}

function signatureOf(text: string): Uint8Array<ArrayBuffer> | null {
  try { return fromBase64(text); } catch { return null; }
}

/**
 * Whether Amazon SNS signed this message. Its age is not judged: a delivery that was late by hours keeps its first time, and
 * a repeated one changes nothing. https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
export async function isSignedBySns(message: SnsMessage, io: ChannelIo | undefined): Promise<boolean> {
  const url = snsUrl(message.SigningCertURL);
  const signature = signatureOf(message.Signature);
  if (!url?.pathname.endsWith(".pem") || !signature) return false;
  const spki = await publicKeyAt(url, io);
  if (!spki) return false;
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: HASHES[message.SignatureVersion] };
  const key = await crypto.subtle.importKey("spki", spki, algorithm, false, ["verify"]).catch(() => null);
  return key !== null && crypto.subtle.verify(algorithm, key, signature, new TextEncoder().encode(signedText(message)));
}
