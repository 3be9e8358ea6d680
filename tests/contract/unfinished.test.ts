import { expect, it } from "vitest";
import type { Draft } from "../../worker/contract/entry";
import { isEmptyDraft } from "../../worker/contract/unfinished";

const draft = (more: Partial<Draft> = {}): Draft => ({ mode: "reply", channel: "email", text: "", updatedAt: "2026-11-02T09:00:00.000Z", ...more });

it.each<[what: string, more: Partial<Draft>, isEmpty: boolean]>([
  ["nothing", {}, true],
  ["spaces", { text: " \n", subject: " " }, true],
  ["a channel and a recipient alone", { to: ["ann@example.com"] }, true],
  ["an answer to tap without words", { buttons: [{ text: " " }] }, true],
  ["words", { text: "Dear" }, false],
  ["a subject", { subject: "Your bike" }, false],
  ["a file", { attachments: [{ id: "a_1" } as never] }, false],
  ["a mail that is carried on", { forward: ["e_1"] }, false],
  ["an answer to tap", { buttons: [{ text: "Yes" }] }, false],
])("a draft of %s is kept or dropped as people expect", (_, more, isEmpty) => {
  expect(isEmptyDraft(draft(more))).toBe(isEmpty);
});
