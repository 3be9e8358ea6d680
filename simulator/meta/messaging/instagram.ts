import { secretOf } from "../../provider";
import { GRAPH_HOST, INSTAGRAM_HOST } from "../graph";
import { newToken } from "../wire";
import type { Flavour } from "./flavour";
import { messagingProvider } from "./provider";

const flavour: Flavour = {
  keys: { provider: "instagram", ids: ["igUserId", "pageId"], token: "accessToken" },
  hosts: [INSTAGRAM_HOST, GRAPH_HOST],
  mediaHost: "scontent.cdninstagram.com",
  object: "instagram",
  title: "Instagram",
  ourId: (connection) => secretOf(connection, "igUserId"),
  newMid: () => `aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEO${newToken(36)}ZD`,
  text: { max: 1_000, unit: "bytes" },
  needsMessagingType: false,
  hasMetadata: false,
  hasWatermarks: false,
  hasUnsend: true,
  editNumber: String,
  refusals: {
    window: { code: 10, subcode: 2_534_022, message: "(#10) This message is sent outside of allowed window." },
    unknown: { code: 100, subcode: 2_534_014, message: "(#100) The requested user cannot be found" },
    gone: { code: 100, subcode: 2_534_029, message: "(#100) The user is not available" },
    rate: { code: 613, subcode: 2_534_040, message: "(#613) Calls to this api have exceeded the rate limit." },
  },
  linkSource: "IGME-SOURCE-LINK",
  account: (connection) => ({ user_id: secretOf(connection, "igUserId"), id: `9${secretOf(connection, "igUserId").slice(1)}`, username: "northside.cycles", name: "Northside Cycles", account_type: "BUSINESS" }),
  customer: ({ id, name, username }) => ({ id, name, username: username ?? name.toLowerCase().replaceAll(/\W+/g, "."), profile_pic: "https://scontent.example/igsid.jpg", follower_count: 120, is_user_follow_business: true, is_business_follow_user: false, is_verified_user: false }),
};

/** Instagram direct messages, by either login. */
export const instagram = messagingProvider(flavour);
