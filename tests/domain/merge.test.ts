import { expect, it } from "vitest";
import type { Attachment, Draft } from "../../worker/contract/entry";
import { draftTogether } from "../../worker/domain/merge";

const EARLY = "2026-11-22T09:00:00.000Z", LATE = "2026-11-22T10:00:00.000Z";
const draft = (more: Partial<Draft>): Draft => ({ mode: "reply", channel: null, text: "", updatedAt: EARLY, ...more });
const file = (id: string): Attachment => ({ id, name: `${id}.png`, type: "image/png", size: 1, url: `/media/${id}` } as Attachment);

it.each<[string, Draft | null, Partial<Draft>, Partial<Draft>]>([
  ["goes on as it was where nothing was begun", null, { text: "Hello", channel: "sms" }, { text: "Hello", channel: "sms" }],
  ["leaves behind the mails it carried on, which are the other conversation's", null, { text: "See below", forward: ["e_1"] }, { text: "See below" }],
  ["stands below what was begun", draft({ text: "One", channel: "email" }), { text: "Two", channel: "sms", updatedAt: LATE }, { text: "One\n\nTwo", channel: "email", updatedAt: LATE }],
  ["adds no empty lines", draft({ text: " " }), { text: "Two" }, { text: "Two" }],
  ["does not choose who the first goes to", draft({ text: "One" }), { text: "Two", to: ["b@example.com"], cc: ["c@example.com"] }, { text: "One\n\nTwo" }],
  ["gives its subject where there is none", draft({ text: "One", subject: "" }), { text: "Two", subject: "Bike" }, { text: "One\n\nTwo", subject: "Bike" }],
  ["is escaped beside what has a form", draft({ text: "One", html: "<p>One</p>" }), { text: "1 < 2" }, { text: "One\n\n1 < 2", html: expect.stringMatching(/^<p>One<\/p>.*1 &lt; 2/s) as string }],
  ["brings its files, each once", draft({ attachments: [file("a")] }), { attachments: [file("a"), file("b")] }, { attachments: [file("a"), file("b")] }],
  ["brings its answers to tap, each once", draft({ buttons: [{ text: "Yes" }] }), { buttons: [{ text: "Yes" }, { text: "No" }] }, { buttons: [{ text: "Yes" }, { text: "No" }] }],
])("what was left unfinished in the other conversation %s", (_, first, other, both) => {
  expect(draftTogether(first, draft(other))).toEqual({ ...draft(both) });
});
