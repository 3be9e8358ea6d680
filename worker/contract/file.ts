import { z } from "zod";
import { Attachment } from "./entry";
import { LINK_DAYS } from "./file-limits";

/** A file that somebody outside fetches from us instead of getting it with a message. */
export const FileLink = z.object({
  id: z.string(),
  conversationId: z.string(),
  name: z.string(),
  type: z.string(),
  size: z.int(),
  url: z.string().describe("whoever holds it may fetch the file until it expires or is taken back"),
  expiresAt: z.iso.datetime(),
  createdBy: z.string().describe("a member's id"),
}).meta({ id: "FileLink" });
export type FileLink = z.infer<typeof FileLink>;
export const FileLinkList = z.object({ items: z.array(FileLink) }).meta({ id: "FileLinkList" });
export type FileLinkList = z.infer<typeof FileLinkList>;

export const FileLinkDraft = z.strictObject({
  attachmentId: z.string().min(1).max(80).describe("an upload of yours"),
  days: z.literal(LINK_DAYS).default(7),
}).meta({ id: "FileLinkDraft" });
export type FileLinkDraft = z.infer<typeof FileLinkDraft>;

/** A file somewhere in a contact's conversations. */
export const ContactFile = Attachment.omit({ state: true, contentId: true, problem: true }).extend({
  conversationId: z.string(), entryId: z.string(), direction: z.enum(["in", "out"]).nullable(), at: z.iso.datetime(),
}).meta({ id: "ContactFile" });
export type ContactFile = z.infer<typeof ContactFile>;
export const ContactFilePage = z.object({ items: z.array(ContactFile), cursor: z.string().nullable().describe("pass it for the next page; null at the end") }).meta({ id: "ContactFilePage" });
export type ContactFilePage = z.infer<typeof ContactFilePage>;
