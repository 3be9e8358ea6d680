import type { Realm } from "../provider";
import { selfSigned, SIGNING } from "./certificate";

/** What SNS posts: the fields that are signed, in the order of their names. */
const SIGNED = { Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"], SubscriptionConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"] } as const;

export interface Posted { Type: keyof typeof SIGNED; MessageId: string; TopicArn: string; Message: string; Timestamp: string; Subject?: string; SubscribeURL?: string; Token?: string }

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
const base64Of = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)));

/** The body of a webhook: JSON with the signature inside, by version 2 of Amazon's scheme. */
export async function signSns(posted: Posted, privateKey: CryptoKey, certificateUrl: string): Promise<string> {
  const text = SIGNED[posted.Type].flatMap((name) => (posted[name as keyof Posted] === undefined ? [] : [`${name}\n${posted[name as keyof Posted]!}\n`])).join("");
  const Signature = base64Of(await crypto.subtle.sign(SIGNING.name, privateKey, new TextEncoder().encode(text)));
  return JSON.stringify({ ...posted, SignatureVersion: "2", Signature, SigningCertURL: certificateUrl }, null, 2);
}

interface Keys { privateKey: string; certificate: string; id: string }

/** Amazon's key in this world, made when it is first needed. */
export async function signingKey(realm: Realm, region: string): Promise<{ privateKey: CryptoKey; certificate: string; path: string }> {
  const host = `sns.${region}.amazonaws.com`;
  let keys = realm.notes.get<Keys>("ses signing key");
  if (!keys) {
    const pair = await crypto.subtle.generateKey(SIGNING, true, ["sign", "verify"]) as CryptoKeyPair;
    const made: Keys = { privateKey: base64Of(await crypto.subtle.exportKey("pkcs8", pair.privateKey) as ArrayBuffer), certificate: await selfSigned(host, pair), id: crypto.randomUUID().replaceAll("-", "") };
    // Somebody else may have made one while we did.
    keys = realm.notes.get<Keys>("ses signing key") ?? made;
    realm.notes.put("ses signing key", keys);
  }
  const privateKey = await crypto.subtle.importKey("pkcs8", bytesOf(keys.privateKey), SIGNING, false, ["sign"]);
  return { privateKey, certificate: keys.certificate, path: `/SimpleNotificationService-${keys.id}.pem` };
}
