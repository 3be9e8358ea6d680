import { createServer } from "node:net";

const REASONS: Record<string, string> = {
  EADDRINUSE: "is taken: another program listens there, perhaps this one. Stop it, or choose another with PORT=8788 npm start.",
  EACCES: "is not allowed for your user. Choose one above 1023 with PORT=8788 npm start.",
  EADDRNOTAVAIL: "is not an address of this machine. Leave HOST out, or set it to 0.0.0.0 for all of them.",
  ENOTFOUND: "is not an address of this machine. Leave HOST out, or set it to 0.0.0.0 for all of them.",
};

/** The port that `PORT` names, or null if it names none. */
export function portFrom(text: string): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port > 0 && port < 65_536 ? port : null;
}

/** Why nobody could listen there, as a sentence; null if one can. Asked before anything is built. */
export function whyNotListen(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on("error", (error: NodeJS.ErrnoException) => resolve(`${host}:${port} ${REASONS[error.code ?? ""] ?? `cannot be used: ${error.message}`}`));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

/** Where this machine reaches what listens on `host`. */
export function addressOf(host: string, port: number): string {
  const name = ["0.0.0.0", "::", "localhost"].includes(host) ? "127.0.0.1" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}
