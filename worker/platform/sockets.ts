/** A TCP connection as the platform gives it, as far as we use it; tests play their own. */
export interface Connected {
  readonly opened: Promise<unknown>;
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  close(): Promise<void>;
  startTls(): Connected;
}

/** `tls` from the first byte, `starttls` after asking for it, or never. */
export type Security = "tls" | "starttls" | "none";

export type Connect = (address: { hostname: string; port: number }, security: Security) => Connected;

const TRANSPORTS = { tls: "on", starttls: "starttls", none: "off" } as const;

/** The outcome of `work`, or an error that says `late` once it has taken longer than `ms`. */
export async function within<T>(ms: number, work: Promise<T>, late: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await Promise.race([work, new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error(late)), ms); })]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The platform's own; it refuses private addresses and port 25. Imported when it is used: the list of channels is also
 * read outside Workers. https://developers.cloudflare.com/workers/runtime-apis/tcp-sockets/
 */
export async function platformSockets(): Promise<Connect> {
  const { connect } = await import("cloudflare:sockets");
  return (address, security) => connect(address, { secureTransport: TRANSPORTS[security], allowHalfOpen: false });
}
