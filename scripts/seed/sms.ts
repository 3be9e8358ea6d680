import type { Opening } from "./data.ts";

/** The demo business' second number, with a carrier that has group texts. */
export const smsConnections = [
  {
    id: "ch_demo_telnyx", provider: "telnyx", name: "Rental line", address: "+15125550144",
    settings: { apiKey: "KEYdemo0telnyx0api0key000000000000000000", publicKey: "RMVwMbiG5gF5ov/XcRFkp4D65vdTP1sW3FiqQt/LuAs=" },
    /** What only the carrier has in life: with it the pretend one signs. It opens nothing but this demo. */
    pretend: { privateKey: "MC4CAQAwBQYDK2VwBCIEILS7FVAn9EgWR/y3bxER0Vbb4wFqRGDrR95f0m3+cQZR" },
  },
];

const maya = "+15125550164", daniel = "+15125550171";

export const smsOpening: Opening[] = [
  { provider: "telnyx", body: { from: "+15125550176", text: "Hi, are the cargo bikes free on Saturday?" }, reply: "Two are. Shall I hold one for you?", further: [{ text: "Liked “Two are. Shall I hold one for you?”" }, { text: "Yes please, from ten" }], change: { addLabels: ["l_rental"], assigneeId: "m_demo_owner" } },
  {
    provider: "telnyx", body: { from: maya, text: "Daniel and I would like the tandem for Sunday", group: [maya, daniel] }, reply: "Lovely. It is yours from nine, helmets included.",
    further: [{ text: "Loved “Lovely. It is yours from nine, helmets included.”", group: [maya, daniel] }], change: { addLabels: ["l_rental"] },
  },
];
