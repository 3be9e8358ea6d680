import { describe, expect, it } from "vitest";
import { call, newAccount, type TestAccount } from "../support/account";
import { attempts, belongings, type Call, draft } from "./tenancy";

interface Operation { operationId: string }
const document = await (await call("/api/v1/openapi.json")).json<{ paths: Record<string, Record<string, Operation>> }>();
const operations = Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, { operationId }]) => ({ operationId, method: method.toUpperCase(), path })));

it("every operation of the API has a line in the table, and every line an operation", () => {
  expect(Object.keys(attempts).sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
});

/** Everything another account could have changed, as its owner sees it. */
async function everything(account: TestAccount): Promise<unknown> {
  const lists = operations.filter(({ operationId, method }) => method === "GET" && isOwn(operationId));
  return Promise.all(lists.map(async ({ operationId, path }) => {
    // When a key was last used and a session last seen changes by looking.
    const text = (await (await account.fetch(path)).text()).replace(/"last(Used|Seen)At":("[^"]*"|null)/g, "");
    return [operationId, text];
  }));
}
const isOwn = (operationId: string) => typeof attempts[operationId] === "object" && "own" in attempts[operationId];

const send = (attacker: TestAccount, method: string, { path, json, body, headers }: Call) => attacker.fetch(path, { method, headers, ...(json !== undefined && { json }), ...(body !== undefined && { body }) });

describe.each([
  { theirs: 0, mine: 0 }, { theirs: 1, mine: 1 }, { theirs: 1, mine: 0 }, { theirs: 0, mine: 1 },
])("an owner on shard $mine against an account on shard $theirs", async (shards) => {
  const [victim, attacker] = [await newAccount({ shard: shards.theirs }), await newAccount({ shard: shards.mine })];
  const [theirs, mine] = [await belongings(victim), await belongings(attacker)];

  for (const { operationId, method, path } of operations) {
    const attempt = attempts[operationId];
    if (!attempt || attempt === "open") continue;
    if ("own" in attempt) {
      it(`${operationId} answers with nothing of theirs`, async () => {
        for (const one of attempt.own(theirs, mine)) {
          const response = await send(attacker, method, one);
          const text = await response.text();
          expect(response.status, `${one.path}: ${text}`).toBeLessThan(300);
          // What the request itself said may come back; nothing else of theirs.
          for (const theirsToo of Object.values(theirs)) if (!JSON.stringify(one).includes(theirsToo)) expect(text).not.toContain(theirsToo);
        }
      });
    } else {
      it(`${operationId} does not find what is theirs, and leaves it as it was`, async () => {
        const before = await everything(victim);
        for (const one of attempt.foreign(theirs, mine)) {
          expect(new URL(one.path, "https://x").pathname.split("/").length, `${method} ${path}`).toBe(path.split("/").length);
          const response = await send(attacker, method, one);
          expect([response.status, one.path, await response.text()]).toEqual([one.refused ?? 404, one.path, expect.any(String)]);
        }
        expect(await everything(victim)).toEqual(before);
      });
    }
  }

  it("what is theirs is found by themselves, so the refusals above mean something", async () => {
    for (const path of [`members/${theirs.member}`, `contacts/${theirs.contact}/notes`, `conversations/${theirs.conversation}/entries`, `connections/${theirs.connection}/webhooks`])
      expect([(await victim.fetch(`/api/v1/${path}`)).status, path]).toEqual([200, path]);
    const sent = await victim.fetch(`/api/v1/conversations/${theirs.conversation}/messages`, { json: draft({ connectionId: theirs.connection, attachments: [theirs.attachment], sendAt: new Date(Date.now() + 86_400_000).toISOString() }) });
    expect(sent.status, await sent.text()).toBe(201);
    const text = JSON.stringify(await everything(victim));
    const listed = [theirs.team, theirs.label, theirs.invitation, theirs.session, theirs.apiKey, theirs.account, theirs.connection, theirs.contact, theirs.conversation, theirs.comment];
    for (const id of listed) expect(text).toContain(id);
  });
});
