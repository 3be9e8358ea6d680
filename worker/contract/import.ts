import { z } from "zod";

/**
 * Chats of Google Business Messages, which ended on 31 July 2024. Google's exports differ by partner, so this is what they all
 * hold, in the plainest form. Ids are the export's own: the same ones again change nothing.
 */
export const BusinessMessagesExport = z.strictObject({
  conversations: z.array(z.strictObject({
    id: z.string().min(1).max(200).describe("conversationId of the export"),
    name: z.string().trim().max(200).default("").describe("what the customer was called there, if anything"),
    messages: z.array(z.strictObject({
      id: z.string().min(1).max(200).describe("messageId of the export"),
      at: z.iso.datetime({ offset: true }).describe("createTime"),
      from: z.enum(["customer", "us"]).describe("us: a REPRESENTATIVE, whether a person or a bot"),
      author: z.string().max(200).default("").describe("who of us wrote"),
      text: z.string().max(20_000).describe("of anything but text, what it was: for example a picture's address"),
    })).min(1).max(1_000),
  })).min(1).max(100).describe("more in further requests"),
}).meta({ id: "BusinessMessagesExport" });
export type BusinessMessagesExport = z.infer<typeof BusinessMessagesExport>;

export const ImportResult = z.object({ conversationIds: z.array(z.string()).describe("in the order given"), added: z.int().describe("messages that were not there yet") }).meta({ id: "ImportResult" });
export type ImportResult = z.infer<typeof ImportResult>;
