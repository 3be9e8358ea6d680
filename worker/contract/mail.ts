import { z } from "zod";

/** Pictures that a mail would fetch from the web: fetching tells the sender that it was read. */
export const Pictures = z.object({
  shown: z.boolean().describe("you asked to always see them from this sender, and the mail is proved to be theirs"),
  mayAlways: z.boolean().describe("whether you may ask for that here"),
  why: z.string().nullable().describe("why not"),
}).meta({ id: "Pictures" });
export type Pictures = z.infer<typeof Pictures>;

export const EntryHtml = z.object({ html: z.string(), pictures: Pictures }).meta({ id: "EntryHtml" });
export type EntryHtml = z.infer<typeof EntryHtml>;

export const PictureSender = z.object({ address: z.string(), since: z.iso.datetime() }).meta({ id: "PictureSender" });
export type PictureSender = z.infer<typeof PictureSender>;

/** The header lines of a received mail as they came, undecoded, in their order. */
export const MailSource = z.object({
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  whole: z.boolean().describe("the mail itself is here too, at `…/original`; some providers pass on its headers only"),
}).meta({ id: "MailSource" });
export type MailSource = z.infer<typeof MailSource>;
