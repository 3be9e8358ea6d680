import { html } from "hono/html";
import type { Channel } from "../channels/channel";
import type { Capabilities } from "../contract/channel";
import { docsFrame } from "./docs-page";

/** A capability in plain words. `say` answers what this channel can, in a sentence or less. */
interface Told<T> { label: string; say(value: T): string }
type Row = { [K in keyof Capabilities]-?: Told<Capabilities[K]> };

const yes = (label: string, does = "Yes.", doesNot = "No."): Told<boolean> => ({ label, say: (can) => (can ? does : doesNot) });

const UNITS: Record<Capabilities["text"]["unit"], string> = { characters: "characters", bytes: "bytes, so accents and emoji count more than once", segments: "segments of a text message" };
const CARRIERS: Record<Capabilities["transport"], string> = { provider: "The provider's API.", visitor: "The visitor's own connection to us.", none: "Nobody: it only receives." };

/** One line per capability, in the order of the page. */
const ROWS: Row = {
  text: { label: "Text", say: ({ max, unit }) => `Up to ${number(max)} ${UNITS[unit]}.` },
  subject: yes("Subject", "A message has a subject."),
  html: yes("Rich text", "Bold, lists, links and pictures in the text.", "Plain text only."),
  copies: yes("Several recipients", "To, CC and BCC."),
  media: { label: "Files", say: (media) => (media ? filesOf(media) : "No files.") },
  voice: { label: "Voice notes", say: (type) => (type ? `Yes, as ${type}.` : "No.") },
  location: yes("Places", "A place on the map can be sent.", "A place can be received as words, not sent."),
  buttons: { label: "Answers to tap", say: (buttons) => (buttons ? `Up to ${number(buttons.max)} under a message, of ${number(buttons.characters)} characters each${buttons.links ? "; one may open a link instead" : ""}.` : "No.") },
  typing: yes("Typing", "The customer sees that somebody types."),
  readReceipts: yes("Read receipts", "We hear when a message was read."),
  deliveryReceipts: yes("Delivery receipts", "We hear when a message has arrived."),
  start: yes("Writing first", "We may write first.", "The customer writes first."),
  window: { label: "Window for free answers", say: (window) => (window ? windowOf(window) : "None: an answer may be written at any time.") },
  templates: yes("Templates", "Messages that the platform has approved may be sent outside the window.", "None needed."),
  reactions: yes("Reactions", "Both sides react with an emoji."),
  replies: yes("Replies", "A message may name the one it answers."),
  edit: yes("Editing", "We may change what we sent."),
  delete: yes("Taking back", "We may take back what has arrived."),
  public: { label: "Who reads it", say: (isPublic) => (isPublic ? "Everybody: it is public." : "Only the people written to.") },
  groups: yes("Groups", "Several customers in one conversation."),
  people: { label: "People in a group", say: (people) => (people ? `Up to ${number(people)} besides us.` : "There are no groups, or no limit.") },
  resend: { label: "When the outcome is unknown", say: (resend) => (resend === "safe" ? "It is sent again by itself: the provider drops repeats." : "A person decides whether it is sent again: the provider does not drop repeats.") },
  transport: { label: "Carried by", say: (transport) => CARRIERS[transport] },
  perSecond: { label: "Pace", say: (perSecond) => (perSecond >= 1 ? `Up to ${number(perSecond)} messages a second.` : `One message every ${number(1 / perSecond)} seconds.`) },
};

/** What each channel can carry, from the table that the composer and the engine read: it cannot say anything else than they do. */
export function channelsPage(channels: readonly Channel[]) {
  const contents = html`<a href="#content"><strong>Channels</strong></a><a href="/api/docs">API</a>
<ul>${channels.map(({ provider, title }) => html`<li><a href="#${provider}">${title}</a></li>`)}</ul>`;
  return docsFrame("Channels", contents, html`<h1>Channels</h1>
<p>What can be connected, and what each can carry. The composer and the sending engine go by the same table.</p>
${channels.map(section)}`);
}

function section({ provider, title, fields, capabilities }: Channel) {
  const rows = Object.entries(ROWS).map(([key, told]) => html`<tr id="${provider}-${key}"><th scope="row">${told.label}</th><td>${
    // The key is that of the value: both come from one entry of the same record.
    (told as Told<unknown>).say(capabilities[key as keyof Capabilities])}</td></tr>`);
  const settings = fields.map(({ label, help, optional }) => html`<tr><th scope="row">${label}${optional ? html` <small>optional</small>` : ""}</th><td>${help}</td></tr>`);
  return html`<section id="${provider}" aria-labelledby="${provider}-title"><h2 id="${provider}-title">${title}</h2>
<div class="scroll" tabindex="0" role="group" aria-label="What ${title} can carry"><table><thead><tr><th scope="col">What</th><th scope="col">Here</th></tr></thead><tbody>${rows}</tbody></table></div>
<h3>To connect it</h3><div class="scroll" tabindex="0" role="group" aria-label="To connect ${title}"><table><thead><tr><th scope="col">Setting</th><th scope="col">Where to find it</th></tr></thead><tbody>${settings}</tbody></table></div></section>`;
}

function filesOf({ max, bytes, types, limits, together, album, caption }: NonNullable<Capabilities["media"]>): string {
  const count = max === 1 ? "One file" : `Up to ${number(max)} files`;
  const own = limits.map(({ type, bytes: most }) => `${type.replace(/\/$/, "")} ${size(most)}`);
  return [
    `${count}, ${size(bytes)} in all${own.length > 0 ? ` (${own.join(", ")})` : ""}.`,
    types.length > 0 && !types.includes("*/*") ? `Types: ${types.join(", ")}.` : "Any type.",
    max > 1 && !together ? `Each becomes a message of its own${album === undefined ? "" : `, but ${number(album)} pictures beside each other are one`}.` : "",
    caption ? "" : "The text becomes a message of its own.",
  ].filter(Boolean).join(" ");
}

function windowOf({ hours, adHours, humanHours, perTurn }: NonNullable<Capabilities["window"]>): string {
  return [
    hours === null ? "Without end." : `${time(hours)} from the customer's last message.`,
    adHours === null ? "" : `${time(adHours)} when an ad brought them.`,
    humanHours === null ? "" : `After that a person, but no automation, may answer for ${time(humanHours)} in all.`,
    perTurn === null ? "" : `${number(perTurn)} messages of ours for each of theirs.`,
  ].filter(Boolean).join(" ");
}

const number = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 1 });
/** Two days and more are easier read as days. */
const time = (hours: number): string => (hours >= 48 && hours % 24 === 0 ? `${number(hours / 24)} days` : `${number(hours)} hours`);
const size = (bytes: number): string => (bytes >= 1_000_000 ? `${number(bytes / 1_000_000)} MB` : `${number(bytes / 1_000)} KB`);
