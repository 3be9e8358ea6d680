import { LOST_HEADER } from "./engine";
import type { SimulatorEnv } from "./env";
import { isPlayed } from "./registry";

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
} satisfies ExportedHandler<SimulatorEnv>;
