import type { WorldConnection } from "../api";
import { type Answer, type Call, type Realm, json, secretOf } from "../provider";
import { twilioError } from "./error";

const ACTIVE_SINCE = "Thu, 01 Jan 2026 00:00:00 +0000";

/** The connections whose account is named in the path and whose credentials the call carries. */
export function authorised({ headers }: Call, accountSid: string, realm: Realm): WorldConnection[] {
  const [scheme, encoded = ""] = (headers.get("authorization") ?? "").split(" ");
  if (scheme !== "Basic") return [];
  const [user, ...rest] = decode(encoded).split(":");
  const password = rest.join(":");
  return realm.connections().filter((connection) => {
    if (connection.provider !== "twilio" || secretOf(connection, "accountSid") !== accountSid || password === "") return false;
    return (user === accountSid && password === secretOf(connection, "authToken")) || (user === secretOf(connection, "apiKeySid") && password === secretOf(connection, "apiKeySecret"));
  });
}

function decode(base64: string): string {
  try {
    return atob(base64);
  } catch {
    // Credentials that are not base64 are wrong credentials.
    return "";
  }
}

export const accountResource = (accountSid: string): Answer =>
  json(200, { sid: accountSid, friendly_name: "Demo account", status: "active", type: "Full", date_created: ACTIVE_SINCE, date_updated: ACTIVE_SINCE, owner_account_sid: accountSid, uri: `/2010-04-01/Accounts/${accountSid}.json` });

const numberSid = (address: string): string => `PN${address.replace(/\D/g, "").padStart(32, "0")}`;

const numberResource = (connection: WorldConnection, accountSid: string) => ({
  sid: numberSid(connection.address), account_sid: accountSid, phone_number: connection.address, friendly_name: connection.address,
  capabilities: { voice: true, sms: true, mms: true, fax: false }, sms_url: connection.webhookUrl, sms_method: "POST", api_version: "2010-04-01",
});

/** `GET …/IncomingPhoneNumbers.json`, and `POST …/IncomingPhoneNumbers/PN….json`, which sets where messages go. */
export function phoneNumbers(call: Call, path: string[], accountSid: string, mine: WorldConnection[]): Answer {
  if (path.length === 1) {
    const wanted = call.url.searchParams.get("PhoneNumber");
    const list = mine.filter(({ address }) => wanted === null || address === wanted).map((connection) => numberResource(connection, accountSid));
    return json(200, { incoming_phone_numbers: list, page: 0, page_size: 50, next_page_uri: null });
  }
  const connection = mine.find(({ address }) => `${numberSid(address)}.json` === path[1]);
  return connection ? json(200, numberResource(connection, accountSid)) : twilioError(404, 20404, `The requested resource ${call.url.pathname} was not found`);
}
