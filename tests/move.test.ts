import { expect, it } from "vitest";
import { movedTo } from "../scripts/seed/move.ts";

const at = (origin: string) => [
  { provider: "twilio", connectionId: "ch_1", address: "+15125550142", webhookUrl: `${origin}/hooks/twilio/ch_1#rc=2`, secrets: { authToken: "t" } },
  { provider: "chat", connectionId: "ch_2", address: origin, webhookUrl: `${origin}/hooks/chat/ch_2`, secrets: { origins: [origin, "https://shop.example.com"] } },
];

it("a start on another port moves webhooks and the web shop there, and nothing else", () => {
  expect(movedTo("http://127.0.0.1:9000", at("http://127.0.0.1:8787"))).toEqual(at("http://127.0.0.1:9000"));
});

it("a start on the same port changes nothing", () => {
  expect(movedTo("http://127.0.0.1:8787", at("http://127.0.0.1:8787"))).toEqual(at("http://127.0.0.1:8787"));
});
