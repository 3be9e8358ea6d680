import { createHmac } from "node:crypto";
import { env } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { call } from "../support/account";
import { held, newHook, wordsIn } from "../support/hooks";

/** 3: what a provider truly sends is accepted, however it is set up and whatever stands between us. */

const accepted = async (hook: Awaited<ReturnType<typeof newHook>>) => expect(await wordsIn(hook.owner)).toEqual(["Hello"]);

describe("a Twilio number", () => {
  it("inside a Messaging Service, asked for under another number of the service", async () => {
    const hook = await newHook("twilio", { own: { messagingServiceSid: "MG123" } });
    const posted = hook.forge.post({ id: "SMservice", to: "+15125559999" });
    const inService = { ...posted, body: `${posted.body}&MessagingServiceSid=MG123` };
    expect((await hook.post(inService, hook.signed(inService))).status).toBe(200);
    await accepted(hook);
  });

  it("of a sub-account, and one that sends with an API key: the connection's own token signs", async () => {
    for (const own of [{ accountSid: "ACsub", authToken: "token of the sub-account".replaceAll(" ", "-") }, { apiKeySid: "SK1", apiKeySecret: "key-secret" }]) {
      const hook = await newHook("twilio", { own });
      const posted = hook.forge.post({ id: `SM${own.apiKeySid ?? "sub"}`, to: hook.address });
      const withAccount = { ...posted, body: `${posted.body}&AccountSid=ACsub` };
      expect((await hook.post(withAccount, hook.signed(withAccount))).status).toBe(200);
      await accepted(hook);
    }
  });

  it("behind a proxy that changes scheme, host and port: the public address is what was signed", async () => {
    const hook = await newHook("twilio");
    const posted = hook.forge.post({ id: "SMproxy", to: hook.address });
    const headers = { "content-type": posted.type, ...hook.signed(posted) };
    const inside = await call(`http://10.0.0.7:8787${hook.path}`, { method: "POST", body: posted.body, headers: { ...headers, "x-forwarded-host": "evil.example", "x-forwarded-proto": "http" } });
    expect(inside.status).toBe(200);
    await accepted(hook);
    // What it was called with inside proves nothing.
    const local = hook.forge.sign(`http://10.0.0.7:8787${hook.path}`, posted, hook.settings, Date.now());
    expect((await call(`http://10.0.0.7:8787${hook.path}`, { method: "POST", body: posted.body, headers: { ...headers, ...local } })).status).toBe(401);
  });

  it("with a query in its address, empty values, a value twice and letters beyond ASCII", async () => {
    const hook = await newHook("twilio");
    const posted = hook.forge.post({ id: "SModd", to: hook.address, words: "Grüße 👋🏽 +1&=%" });
    const odd = { ...posted, body: `${posted.body}&FromCity=&FromZip=` };
    const query = "?ref=c_1%3Amsg_1&foo=";
    expect((await hook.post(odd, hook.signed(odd, Date.now(), query), query)).status).toBe(200);
    expect(await wordsIn(hook.owner)).toEqual(["Grüße 👋🏽 +1&=%"]);
  });

  it("with a JSON body: its hash is signed with the address, and must be the body's", async () => {
    const hook = await newHook("twilio");
    const body = JSON.stringify({ type: "com.twilio.messaging" });
    const hash = Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body))).toString("hex");
    const query = `?bodySHA256=${hash}`;
    const signature = createHmac("sha1", hook.settings["authToken"] as string).update(`${env.PUBLIC_URL}${hook.path}${query}`).digest("base64");
    const post = (text: string) => hook.post({ body: text, type: "application/json" }, { "x-twilio-signature": signature }, query);
    expect([(await post(body)).status, (await post(`${body} `)).status]).toEqual([200, 401]);
  });
});

describe("Resend", () => {
  it("while its secret is rotated: one good signature of several is enough, also under the standard's own names", async () => {
    const hook = await newHook("resend");
    const posted = hook.forge.post({ id: crypto.randomUUID(), to: hook.address });
    const headers = hook.signed(posted);
    expect((await hook.post(posted, { ...headers, "svix-signature": `v1,AAAA v1a,BBBB ${headers["svix-signature"]}` })).status).toBe(200);
    const standard = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.replace("svix", "webhook"), value]));
    expect((await hook.post(posted, standard)).status).toBe(200);
  });

  it("reports on mail that others sent with the same account make nobody our contact", async () => {
    const hook = await newHook("resend");
    const before = await held(hook.account);
    for (const type of ["email.delivered", "email.bounced", "email.complained"]) {
      const posted = hook.forge.post({ id: crypto.randomUUID(), to: hook.address });
      const about = { ...posted, body: posted.body.replace("email.delivered", type).replace("customer@", `${type}@`) };
      expect((await hook.post(about, hook.signed(about))).status).toBe(200);
    }
    expect(await held(hook.account)).toEqual(before);
  });
});
