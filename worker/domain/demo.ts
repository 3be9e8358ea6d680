import type { Role } from "../contract/account";

/*
 * The published credentials of the local demo. Because everybody can read them, they work only where `DEMO` is "on":
 * elsewhere nobody can choose the password, and neither it nor the key is accepted, whatever the database holds.
 */
export const DEMO_PASSWORD = "switchboard-demo";
export const DEMO_API_KEY = "sb_demo_owner_key";
export const DEMO_MEMBERS: readonly { email: string; role: Role }[] = [
  { email: "owner@example.test", role: "owner" },
  { email: "agent@example.test", role: "agent" },
  { email: "restricted@example.test", role: "restricted" },
];

/** A secret that is no secret here. */
export const isPublished = (secret: string, demo: string | undefined): boolean => demo !== "on" && (secret === DEMO_PASSWORD || secret === DEMO_API_KEY);
