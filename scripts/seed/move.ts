import type { WorldConnection } from "../../simulator/api.ts";

/**
 * The connections as the pretend world must know them while the app answers at `base`: a state that was started on
 * another port names the old one, which signatures are computed over and the web shop is asked for.
 */
export function movedTo(base: string, connections: readonly WorldConnection[]): WorldConnection[] {
  return connections.map((connection) => {
    const { origin, pathname, search, hash } = new URL(connection.webhookUrl);
    const here = (text: unknown): unknown => (text === origin ? base : text);
    const { origins } = connection.secrets;
    return {
      ...connection, address: String(here(connection.address)), webhookUrl: base + pathname + search + hash,
      secrets: { ...connection.secrets, ...(Array.isArray(origins) && { origins: origins.map(here) }) },
    };
  });
}
