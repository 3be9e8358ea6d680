import { expect, it } from "vitest";
import { env } from "cloudflare:test";
import { settleMerges } from "../../worker/jobs/settle-merges";
import { arrives, conversation, newDesk, text } from "../support/conversation";
import { crash } from "../support/crash";
import { mail, people, somebody } from "../support/merging";
import { draws } from "./simulation/draw";

/** The last two once broke it. */
const SEEDS = [1, 2, 3, 4, 60, 69];
const ROUNDS = 8;
/** A provider that got no answer asks again, with the same message. */
const REPEATS = 10;

const desk = await newDesk();
const { contactOf, merge, undo } = people(desk);

it.each(SEEDS)("somebody who is merged and made two while they write on both channels and objects die loses nothing and has one open conversation each (seed %i)", async (seed) => {
  const chance = draws(seed);
  const { phone, address, asTwo, texts, mails } = somebody(desk);
  const two = await asTwo();
  const seen = new Set([two.texted, two.mailed]);
  const said = ["By text", "By mail"];
  const merges: string[] = [];

  async function says(by: "text" | "mail") {
    const words = `${by} ${said.length} of ${seed}`;
    said.push(words);
    const [line, event] = by === "text" ? [desk.lines.twilio, text(phone, words)] as const : [desk.lines.resend, mail(address, words)] as const;
    const copies = chance.weighted([[5, 1], [2, 2]] as const);
    await Promise.all(Array.from({ length: copies }, async () => {
      for (let repeat = 0; ; repeat++) {
        const delivered = await arrives(desk, line, [event]).catch((error: unknown) => { if (repeat >= REPEATS) throw error; return null; });
        if (!delivered) continue;
        for (const { conversationId } of delivered) seen.add(conversationId);
        return;
      }
    }));
  }
  const acts = {
    text: () => says("text"), mail: () => says("mail"),
    // Whoever finds them one already, or two already, is told so; who gets no answer looks again.
    merge: async () => { const { body, status } = await merge(two.kept, two.other).catch(() => ({ body: null, status: 0 })); if (status === 200 && body?.mergeId) merges.push(body.mergeId); },
    undo: async () => { const last = merges.at(-1); if (last) await undo(last).catch(() => null); },
    settle: () => settleMerges(env, Date.now() + 60_000).catch(() => undefined),
    crash: () => crash(),
  };
  for (let round = 0; round < ROUNDS; round++)
    await Promise.all(Array.from({ length: 1 + chance.below(4) }, () => acts[chance.weighted([[5, "text"], [5, "mail"], [3, "merge"], [2, "undo"], [1, "settle"], [1, "crash"]] as const)]()));
  for (const minutes of [1, 7, 13, 19]) await settleMerges(env, Date.now() + minutes * 60_000);

  const [atText, atMail] = [await texts("Last text"), await mails("Last mail")];
  const talks = [...new Set([...seen, atText, atMail])].map((id) => conversation(desk, id));
  const entries = (await Promise.all(talks.map((talk) => talk.entries()))).flat().filter(({ kind }) => kind === "message").map((entry) => entry.text);
  expect(entries.toSorted()).toEqual([...said, "Last text", "Last mail"].toSorted());
  const [byText, byMail] = [await contactOf(atText), await contactOf(atMail)];
  const isOne = byText.id === byMail.id;
  expect(atText === atMail).toBe(isOne);
  const open = (await Promise.all(talks.map((talk) => talk.open()))).filter(({ status }) => status !== "closed");
  expect(new Set(open.map(({ id, contactId }) => `${contactId} ${id}`))).toEqual(new Set(isOne ? [`${byText.id} ${atText}`] : [`${byText.id} ${atText}`, `${byMail.id} ${atMail}`]));
});
