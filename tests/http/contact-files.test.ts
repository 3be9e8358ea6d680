import { beforeAll, describe, expect, it } from "vitest";
import type { ContactFilePage } from "../../worker/contract/file";
import { arrives, conversation, newDesk, newPhone, text, type Desk } from "../support/conversation";

let desk: Desk;
beforeAll(async () => { desk = await newDesk(); });
const gif = (nth: number, name = `picture-${nth}.gif`) => ({ media: [{ ref: "", type: "image/gif", name, bytes: new TextEncoder().encode(`GIF89a${nth}`) }] });
const filesOf = async (contactId: string, query = "", as: "owner" | "restricted" = "owner") => (await desk.fetch(`/api/v1/contacts/${contactId}/files${query}`, {}, as)).json<ContactFilePage>();
const names = async (contactId: string) => (await filesOf(contactId)).items.map(({ name }) => name);

describe("the files of a contact", () => {
  it("are those of all their conversations, newest first, in pages, and open for members", async () => {
    const phone = newPhone();
    const at = Date.now();
    const [first] = await arrives(desk, desk.lines.twilio, [text(phone, "One", { ...gif(1), at: at - 3_000 }), text(phone, "No file", { at: at - 2_000 })]);
    const talk = conversation(desk, first!.conversationId);
    const { contactId } = await talk.open();
    expect((await desk.fetch(`/api/v1/conversations/${talk.id}`, { method: "PATCH", json: { status: "closed" } })).status).toBe(200);
    const [later] = await arrives(desk, desk.lines.twilio, [text(phone, "Two", { ...gif(2), at: at - 1_000 })]);
    await expect.poll(() => names(contactId), { timeout: 10_000 }).toEqual(["picture-2.gif", "picture-1.gif"]);
    const page = await filesOf(contactId, "?limit=1");
    expect(page.items).toEqual([expect.objectContaining({ name: "picture-2.gif", type: "image/gif", size: 7, direction: "in", conversationId: later!.conversationId })]);
    const next = await filesOf(contactId, `?limit=1&cursor=${page.cursor}`);
    expect(next).toMatchObject({ items: [{ name: "picture-1.gif" }], cursor: null });
    expect(await (await desk.fetch(next.items[0]!.url)).text()).toBe("GIF89a1");
  });

  it("lose what was unsent, and are nobody's who may not see the conversation", async () => {
    const phone = newPhone();
    const message = text(phone, "Gone soon", gif(3));
    const [delivered] = await arrives(desk, desk.lines.twilio, [message]);
    const { contactId } = await conversation(desk, delivered!.conversationId).open();
    await expect.poll(() => names(contactId), { timeout: 10_000 }).toEqual(["picture-3.gif"]);
    expect((await desk.fetch(`/api/v1/contacts/${contactId}/files`, {}, "restricted")).status).toBe(404);
    await arrives(desk, desk.lines.twilio, [{ kind: "delete", target: message.externalId, person: message.from, by: "contact", at: Date.now() }]);
    await expect.poll(() => names(contactId), { timeout: 10_000 }).toEqual([]);
  });
});
