import { WorkerEntrypoint } from "cloudflare:workers";
import type { BoundMail } from "../worker/platform/mail-binding";
import { LOST_HEADER } from "./engine";
import type { SimulatorEnv } from "./env";
import { SENDING_HOST } from "./mail/sending";

/** What stands behind the app's `EMAIL` binding on this machine. */
export class SendEmail extends WorkerEntrypoint<SimulatorEnv> {
  async send({ attachments = [], ...mail }: BoundMail): Promise<{ messageId: string }> {
    const files = attachments.map(({ filename, type, content }) => ({ id: "", name: filename, type, size: content.byteLength }));
    const answer = await this.env.WORLD.getByName("world").fetch(`https://${SENDING_HOST}/send`, { method: "POST", body: JSON.stringify({ ...mail, files }) });
    if (answer.headers.has(LOST_HEADER)) throw new Error("internal error; the connection was reset");
    const said = await answer.json<{ messageId: string; code?: string; message?: string }>();
    if (!answer.ok) throw Object.assign(new Error(`${said.code}: ${said.message}`), { code: said.code });
    return { messageId: said.messageId };
  }
}
