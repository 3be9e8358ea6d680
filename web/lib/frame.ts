import type { ConversationFrame, FeedFrame } from "../../worker/contract/frame";

/*
 * Our own server speaks here, over our own origin, and it has checked its rows against the contract. Checking every field
 * again would cost each visit 30 KB of schemas and each frame its parsing; what is checked is that a frame is one of
 * those we know, with the parts we walk through. Anything else is an accident, and thrown.
 */

type Part = "number" | "boolean" | "array" | "string";
type Shape = Readonly<Record<string, Part>>;

const CONVERSATION: Record<ConversationFrame["type"], Shape> = {
  sync: { from: "number", to: "number", more: "boolean", entries: "array" },
  reset: {},
  presence: { members: "array" },
};

const FEED: Record<FeedFrame["type"], Shape> = {
  sync: { from: "number", to: "number", more: "boolean", rows: "array", mine: "array", removed: "array" },
  reset: {},
  online: { memberIds: "array" },
  changed: { what: "string" },
};

// The shapes are keyed by the contract's own frame types, so a new type there is an error here.
export const readConversationFrame = (data: string): ConversationFrame => read(data, CONVERSATION) as unknown as ConversationFrame;
export const readFeedFrame = (data: string): FeedFrame => read(data, FEED) as unknown as FeedFrame;

function read(data: string, shapes: Readonly<Record<string, Shape>>): Readonly<Record<string, unknown>> {
  const frame: unknown = JSON.parse(data);
  if (!isRecord(frame) || typeof frame["type"] !== "string") throw new Error("Not a frame");
  const shape = Object.hasOwn(shapes, frame["type"]) ? shapes[frame["type"]] : undefined;
  if (!shape) throw new Error(`A frame of an unknown type: ${frame["type"]}`);
  for (const [name, part] of Object.entries(shape)) {
    const value = frame[name];
    if (part === "array" ? !Array.isArray(value) : typeof value !== part) throw new Error(`A ${frame["type"]} frame without ${name}`);
  }
  return frame;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
