import { secretOf } from "../../provider";
import { GRAPH_HOST } from "../graph";
import { newToken } from "../wire";
import type { Flavour } from "./flavour";
import { messagingProvider } from "./provider";

const flavour: Flavour = {
  keys: { provider: "messenger", ids: ["pageId"], token: "pageAccessToken" },
  hosts: [GRAPH_HOST],
  mediaHost: "cdn.fbsbx.com",
  object: "page",
  title: "Messenger",
  ourId: (connection) => secretOf(connection, "pageId"),
  newMid: () => `m_${newToken(48)}`,
  text: { max: 2_000, unit: "characters" },
  needsMessagingType: true,
  hasMetadata: true,
  hasWatermarks: true,
  hasUnsend: false,
  editNumber: (count) => count,
  refusals: {
    window: { code: 10, subcode: 2_018_278, message: "(#10) This message is sent outside of allowed window." },
    unknown: { code: 100, subcode: 2_018_001, message: "(#100) No matching user found" },
    gone: { code: 551, subcode: 1_545_041, message: "(#551) This person isn't available right now." },
    rate: { code: 613, message: "(#613) Calls to this api have exceeded the rate limit." },
  },
  linkSource: "SHORTLINK",
  account: (connection) => ({ id: secretOf(connection, "pageId"), name: "Northside Cycles", category: "Bicycle Shop", tasks: ["MESSAGING"] }),
  customer: ({ id, name }) => ({ id, name, first_name: name.split(" ")[0], last_name: name.split(" ").slice(1).join(" "), profile_pic: "https://platform-lookaside.example/psid.jpg" }),
};

/** Facebook Messenger, through a Page. */
export const messenger = messagingProvider(flavour);
