import { env } from "cloudflare:test";
import { receiveMail } from "../../../worker/flows/mail";
import { draws } from "./draw";
import { onLine } from "./on-line";
import { renewToken, repeat } from "./repeat";
import { DAY_AND_MORE, type Schedule, type Step } from "./schedule";
import { tell } from "./tell";
import { pause, sms, type Person, type World, type Written } from "./world";

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** Plays a schedule. Nothing is thrown by what the storm breaks: whoever got no answer asks again, as in life. */
export async function play(world: World, { lines, steps }: Schedule): Promise<void> {
  await world.list.resume();
  // Everybody is known when it begins: a message can be answered only then.
  for (let who = 0; who < world.people.length; who++) {
    await perform(world, { do: "text", who, say: "words", copies: 1, lateMs: 0, luck: 0 });
    await perform(world, { do: "chat", who, copies: 1, luck: 0 });
    for (let line = 0; line < lines.length; line++) await perform(world, { do: "line", line, who, act: "words", nth: 0, copies: 1, lateMs: 0, luck: 0 });
    await resume(world, world.people[who]!, false);
  }
  let running: Promise<void>[] = [];
  for (const { step, together } of steps) {
    if (!together) {
      await Promise.all(running);
      running = [];
    }
    running.push(perform(world, step));
  }
  await Promise.all(running);
}

type Acts = { [K in Step["do"]]: (world: World, step: Extract<Step, { do: K }>) => Promise<void> };

const perform = (world: World, step: Step): Promise<void> => (ACTS[step.do] as (world: World, step: Step) => Promise<void>)(world, step);

const ACTS: Acts = {
  text: async (world, { who, say, copies, lateMs, luck }) => {
    const person = world.people[who]!;
    const words = say === "stop" ? "STOP" : say === "start" ? "START" : world.nextWords();
    const externalId = `SM${crypto.randomUUID().replaceAll("-", "")}`;
    const picture = say === "picture" ? world.providers.file(luck % 4) : null;
    const body = sms(externalId, person.phone, words, picture);
    let stopping = 0;
    const arrive = async () => {
      if (say === "start") world.starting(person.phone);
      if (say === "stop") { stopping = world.startsOf(person.phone); world.providers.stopped.add(person.phone); }
      const { taken, settled } = await world.hook("twilio", body);
      const isPending = world.said.some((one) => one.words === "START" && !one.answered);
      if (say === "stop" && settled && stopping === world.startsOf(person.phone) && !isPending) world.stopped.add(person.phone);
      return taken;
    };
    await tell(world, { words: say === "stop" || say === "start" ? `${words}\n${externalId}` : words, copies, answered: false, arrive }, lateMs > 0);
  },
  line: onLine,
  token: async (world, { line, what }) => {
    const { name } = line < world.connected.length - 2 ? world.other(line) : world.connection("twilio");
    if (what === "ends") world.providers.expired.add(name);
    else if (world.providers.expired.has(name)) await renewToken(world, name);
  },
  mail: async (world, { who, answers, copies }) => {
    const person = world.people[who]!;
    const words = world.nextWords();
    const ours = answers ? world.providers.calls.findLast((call) => call.provider === "resend" && call.delivery && call.to.includes(person.mail)) : undefined;
    const answered = ours ? (JSON.parse(ours.body) as { headers: Record<string, string> }).headers["Message-ID"] : undefined;
    const raw = [`From: <${person.mail}>`, `To: <${world.mailbox.address}>`, `Message-ID: <id${words}@customer.example>`, `Date: ${new Date().toUTCString()}`, `Subject: ${ours ? "Re: " : ""}Bikes`, ...(answered ? [`In-Reply-To: ${answered}`, `References: ${answered}`] : []), "", words, ""].join("\r\n");
    const bytes = new TextEncoder().encode(raw);
    const arrive = async () => {
      let refused = false;
      const message = { from: person.mail, to: world.mailbox.address, raw: new Response(bytes).body!, rawSize: bytes.length, setReject: () => { refused = true; } };
      return receiveMail(env, message, (work) => void work.catch(() => {}), Date.now()).then(() => !refused, () => false);
    };
    await tell(world, { words, copies, answered: false, arrive }, false);
  },
  chat: async (world, { who, copies }) => {
    const person = world.people[who]!;
    const words = world.nextWords();
    const clientId = crypto.randomUUID();
    await tell(world, { words, copies, answered: false, arrive: () => world.visitorSays(person, clientId, words).then(({ ok }) => ok, () => false) }, false);
    await world.findChats();
  },
  send: async (world, { who, by, line, copies, holdMs, luck }) => {
    const person = world.people[who]!;
    const connected = by === "line" ? world.other(line) : by === "sms" ? world.connection("twilio") : null;
    const talkId = by === "chat" ? person.chatId : connected ? world.talkOn(person, connected) : person.talkId;
    if (!talkId) return;
    const id = crypto.randomUUID();
    const text = world.nextWords();
    world.providers.luck.set(id, luck);
    world.providers.expected.set(text, id);
    const timing = holdMs > 60_000 ? { sendAt: new Date(Date.now() + holdMs).toISOString() } : { undoMs: holdMs };
    const channel = connected?.kind ?? (by === "chat" ? "chat" : "email");
    const draft = { clientId: id, channel, text, ...timing, ...(connected && { connectionId: connected.id, to: [world.addressOf(person, connected)] }), ...(channel === "email" && { to: [person.mail], subject: "Bikes" }) };
    await write(world, { id, kind: "message", by: channel, line: connected?.name ?? null, path: `/conversations/${talkId}/messages`, body: draft }, copies);
  },
  comment: async (world, { who, copies }) => {
    const id = crypto.randomUUID();
    await write(world, { id, kind: "comment", by: null, line: null, path: `/conversations/${world.people[who]!.talkId}/comments`, body: { clientId: id, text: `SECRET ${world.nextWords()}` } }, copies);
  },
  change: async (world, { who, what }) => {
    const { talkId } = world.people[who]!;
    const patch = {
      assign: { assigneeId: world.desk.owner.id }, unassign: { assigneeId: null }, close: { status: "closed" }, reopen: { status: "open" }, snooze: { snoozedUntil: new Date(Date.now() + HOUR).toISOString() },
      star: { starred: true }, read: { readCount: 1_000 }, unread: { unreadFrom: "e1" }, dismiss: { needsReply: false }, follow: { addFollowers: [world.desk.agent.id] },
    }[what];
    await world.api("PATCH", `/conversations/${talkId}`, patch).catch(() => {});
  },
  draft: async (world, { who, keep }) => {
    await world.api("PUT", `/conversations/${world.people[who]!.talkId}/draft`, { mode: "reply", channel: "sms", text: keep ? "Dear" : "", updatedAt: new Date().toISOString() }).catch(() => {});
  },
  decide: async (world, { nth, what }) => {
    const messages = world.written.filter(({ kind, outcome }) => kind === "message" && outcome === "stored");
    // A person looks at what went wrong first.
    const wrong = what === "cancel" ? [] : messages.filter(({ id }) => wentWrong(world, id));
    const choice = wrong.length > 0 && nth > 0 ? wrong : messages;
    const message = choice.at(-1 - (nth % Math.max(1, choice.length)));
    if (!message) return;
    const path = `${message.path}/${message.id}`;
    if (what === "cancel") {
      const response = await world.api("POST", `${path}/cancel`).catch(() => null);
      // What failed once, and is not repeated after all, stays what it was.
      if (response?.ok && (await response.json<{ deleted: boolean }>()).deleted) message.cancelled = true;
    } else if (what === "retry") {
      const response = await world.api("POST", `${path}/retry`).catch(() => null);
      const state = response?.ok ? (await response.json<{ state: string }>()).state : "queued";
      if (state === "queued") message.retries++;
    } else {
      message.resolved.add(what);
      await world.api("POST", `${path}/resolve`, { outcome: what }).catch(() => {});
    }
  },
  reports: async (world, { count, copies, luck }) => {
    const chance = draws(luck);
    const { reports } = world.providers;
    const now = chance.shuffled(reports).slice(0, count);
    await Promise.all(now.flatMap((report) => Array.from({ length: copies }, () => world.report(report).catch(() => {}))));
    // Providers repeat themselves: what was heard may come again, once in a while.
    for (const report of now) if (report.heard && chance.next() < 0.8) reports.splice(reports.indexOf(report), 1);
  },
  visit: async (world, { who, what }) => world.people[who]!.visitor?.say(what),
  wait: async (world, { ms }) => {
    // Providers repeat themselves for hours, not for days.
    if (ms === DAY_AND_MORE) await lastTries(world);
    await world.advance(ms);
    await world.fire();
    await world.fire();
  },
  crash: async (world, { afterMs }) => {
    await pause(afterMs);
    await world.crash();
  },
  "lose alarm": (world, { who }) => world.loseAlarm(who),
  sweep: (world) => world.sweep(),
  outage: async (world, { of, calls, tells }) => world.faults.begin(of, { calls, tells }),
  cut: async (world, { who }) => {
    const { thread, visitor } = world.people[who]!;
    thread.cut();
    visitor?.cut();
    if (who === 0) world.list.cut();
  },
  resume: (world, { who }) => resume(world, world.people[who]!, who === 0),
};

/** A screen that lost its socket comes back; one that finds nobody tries again another time. */
export async function resume(world: World, { thread, visitor }: Person, list: boolean): Promise<void> {
  await Promise.all([thread.resume().catch(() => {}), visitor?.resume().catch(() => {}), list ? world.list.resume().catch(() => {}) : null]);
}

/** What is tried again within minutes is not a day late: a report that came before its message waits for it no longer than that. */
async function lastTries(world: World): Promise<void> {
  await repeat(world);
  for (let tries = 0; tries < 3; tries++) {
    await world.advance(5 * MINUTE);
    await world.fire();
  }
}

function wentWrong({ providers }: World, id: string): boolean {
  const last = providers.callsOf(id).at(-1);
  return last !== undefined && (last.answer === "refused" || last.answer === "none" || providers.deliveriesOf(id).some(({ reports }) => reports.some(({ says, heard }) => heard && says === "failed")));
}

async function write(world: World, { id, kind, by, line, path, body }: Pick<Written, "id" | "kind" | "by" | "line" | "path"> & { body: unknown }, copies: number): Promise<void> {
  const written: Written = {
    id, kind, by, line, path, outcome: "unheard", retries: 0, resolved: new Set(), cancelled: false,
    ask: async () => {
      const response = await world.api("POST", path, body).catch(() => null);
      if (response?.ok) written.outcome = "stored";
      else if (response && response.status < 500 && written.outcome === "unheard") written.outcome = "refused";
    },
  };
  world.written.push(written);
  await Promise.all(Array.from({ length: copies }, () => written.ask()));
}
