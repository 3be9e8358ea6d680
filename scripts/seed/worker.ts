import { channels } from "../../worker/channels/registry";
import { createAccount, createMember, hasAccount } from "../../worker/db/accounts";
import { createConnection } from "../../worker/db/connections";
import { createContact } from "../../worker/db/contact-records";
import { createApiKey } from "../../worker/db/credentials";
import { createLabel } from "../../worker/db/labels";
import { DEMO_API_KEY, DEMO_MEMBERS, DEMO_PASSWORD } from "../../worker/domain/demo";
import { hashPassword } from "../../worker/platform/password";
import { connections, contacts, labels, memberNames, teams } from "./data";
import { googleConnections } from "./google";
import { mailConnections } from "./mail";
import { metaConnections } from "./meta";
import { smsConnections } from "./sms";
import { tiktokConnections } from "./tiktok";

/** Makes the demo account in an empty local state and answers its connections with their secrets, for the simulator. */
export default {
  async fetch(request, env): Promise<Response> {
    const now = Date.now();
    if (await hasAccount(env)) return Response.json({ seeded: false, connections: [] });
    const passwordHash = await hashPassword(DEMO_PASSWORD);
    const [owner, ...others] = DEMO_MEMBERS.map(({ email, role }, index) => ({ id: `m_demo_${role}`, name: memberNames[index]!, email, role, passwordHash }));
    const { account } = await createAccount(env, { id: "a_demo", name: "Northside Cycles", owner: owner!, settings: { country: "US", timeZone: "America/Chicago" }, now });
    for (const member of others) await createMember(account, { ...member, now });
    await createApiKey(env, { accountId: account.id, memberId: owner!.id, name: "Demo", scopes: ["read", "write", "admin"], key: DEMO_API_KEY, now });
    for (const { id, name, colour } of labels) await createLabel(account, owner!.id, { name, colour }, now, id);
    for (const { id, name, memberIds } of teams)
      await account.db.batch([
        account.db.prepare("INSERT INTO team(account_id, id, name) VALUES(?, ?, ?)").bind(account.id, id, name),
        ...memberIds.map((memberId) => account.db.prepare("INSERT INTO team_member(account_id, team_id, member_id) VALUES(?, ?, ?)").bind(account.id, id, memberId)),
      ]);
    for (const contact of contacts) {
      const { outcome } = await createContact(account, contact, now, { id: contact.id.startsWith("ct_") ? contact.id : undefined });
      if (outcome === "taken") throw new Error(`two demo contacts share an address of ${contact.id}`);
    }
    const made = [];
    for (const draft of [...connections(new URL(env.PUBLIC_URL).origin), ...smsConnections, ...mailConnections, ...metaConnections, ...tiktokConnections, ...await googleConnections()]) {
      const channel = channels[draft.provider]!;
      const settings = channel.settings.parse(draft.settings) as Record<string, unknown>;
      await createConnection(account, channel.kind, draft, settings, now, draft.id, channel.renew ? now : null);
      made.push({ provider: draft.provider, connectionId: draft.id, address: draft.address, webhookUrl: `${env.PUBLIC_URL}/hooks/${draft.provider}/${draft.id}`, secrets: { ...settings, ...("pretend" in draft && draft.pretend) } });
    }
    return Response.json({ seeded: true, connections: made });
  },
} satisfies ExportedHandler<Env>;
