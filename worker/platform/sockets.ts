import { connect } from "cloudflare:sockets";

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

/** The platform refuses private addresses and port 25: https://developers.cloudflare.com/workers/runtime-apis/tcp-sockets/ */
export const openSocket: Connect = (address, security) => connect(address, { secureTransport: TRANSPORTS[security], allowHalfOpen: false });
