/** Names of one machine or one network. RFC 6761, RFC 6762, RFC 8375, and what people's own networks are called. */
const LOCAL_NAME = /^(?:localhost|(?:.*\.)?(?:localhost|localdomain|local|internal|intranet|private|lan|home|corp|home\.arpa|in-addr\.arpa|ip6\.arpa|invalid|onion|test))$/;
/** The platform's reader of addresses has turned every spelling (decimal, octal, hex, short) into these two. */
const IP_LITERAL = /^(?:\d+\.\d+\.\d+\.\d+|\[.*\])$/;
/** Labels of a name that the whole internet can know; at least two. */
const PUBLIC_NAME = /^(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/**
 * Why an address that came from outside must not be asked; null when it may. `hosts` are the only ones allowed, each with
 * everything below it; left out, any host of the public internet. No address without a name is public here: nobody sends
 * files from one. What a name resolves to is the platform's part: a Worker's requests never reach a private network.
 */
export function refusedAddress({ protocol, hostname, port, username, password }: URL, hosts?: readonly string[]): string | null {
  if (protocol !== "https:") return "not https";
  if (port !== "") return "a port of its own";
  if (username !== "" || password !== "") return "a user name in it";
  if (IP_LITERAL.test(hostname)) return "no name of a host";
  if (!PUBLIC_NAME.test(hostname) || LOCAL_NAME.test(hostname)) return "no public host";
  return hosts && !hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`)) ? "not a host of this provider" : null;
}
