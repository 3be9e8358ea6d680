import { LOST_HEADER } from "./engine";
import type { SimulatorEnv } from "./env";
import { isPlayed } from "./registry";
import { SMTP_HOST } from "./smtp/provider";
import { serveSmtp } from "./smtp/server";

export { SendEmail } from "./binding";
export { World } from "./world";

/** No such thing as a real status: whoever meets it in a log knows that nothing left the machine. */
const NO_HOST_STATUS = 599;

/** The status line arrives, then the connection breaks: the sender cannot know what became of its request. */
const broken = (answer: Response): Response =>
  new Response(new ReadableStream({ pull: (controller) => controller.error(new Error("connection reset by peer")) }), { status: answer.status, headers: { "content-type": "application/json" } });

/** Pages of other sites must not move the pretend world of whoever has it running. */
const isForeign = (request: Request, url: URL): boolean => {
  const origin = request.headers.get("origin");
  return origin !== null && (!URL.canParse(origin) || new URL(origin).hostname !== url.hostname);
};

export default {
  async fetch(request, env): Promise<Response> {
    const url = new URL(request.url);
    const world = env.WORLD.getByName("world");
    if (isPlayed(url.hostname)) {
      const answer = await world.fetch(request);
      return answer.headers.has(LOST_HEADER) ? broken(answer) : answer;
    }
    if (url.pathname.startsWith("/simulator/api/")) return isForeign(request, url) ? new Response("only from this site", { status: 403 }) : world.fetch(request);
    if (url.pathname === "/simulator" || url.pathname.startsWith("/simulator/")) return env.PAGE.fetch(request);
    return new Response("no such host in the simulator", { status: NO_HOST_STATUS });
  },

  /** Whatever line the app opens, a mail server answers. */
  async connect(socket, env): Promise<void> {
    const world = env.WORLD.getByName("world");
    const ask = (path: string, init: RequestInit) => world.fetch(`https://${SMTP_HOST}/${path}`, { method: "POST", ...init });
    await serveSmtp(socket, {
      name: SMTP_HOST,
      isMember: async (user, password) => (await (await ask("sign-in", { body: JSON.stringify({ user, password }) })).text()).startsWith("235"),
      checkSender: () => null,
      checkRecipient: (to) => (/^gone[@+]/i.test(to) ? "550 5.1.1 Recipient address rejected: User unknown" : null),
      async take({ user, from, to, raw }) {
        const answer = await ask("mail", { headers: { "x-envelope": JSON.stringify({ user, from, to }) }, body: raw });
        return answer.headers.has(LOST_HEADER) ? "hang-up" : { reply: await answer.text() };
      },
    });
  },
} satisfies ExportedHandler<SimulatorEnv>;
