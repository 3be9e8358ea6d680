import { html } from "hono/html";
import { docsFrame } from "./docs-page";

/** What is written, and what it does. */
type Listed = Readonly<Record<string, string>>;

const COMMANDS: Listed = {
  "switchboard('open')": "Opens the chat. The frame is loaded only now, unless this browser has chatted before.",
  "switchboard('close')": "Closes it. 'toggle' does one or the other.",
  "switchboard('hide')": "Takes the bubble and the chat off the page; 'show' brings them back. Put it before the script to start without a bubble and open the chat from a button of your own.",
  "switchboard('identify', { token })": "Says who is logged in. The token is made on your server (below). With a wrong or expired one the visitor stays anonymous.",
  "switchboard('logout')": "Forgets who was here. Call it when somebody logs out, or the next person at this computer sees the chat.",
  "switchboard('event', 'Added to cart', { sku: 'B-17', price: 899 })": "Tells your team what the visitor did, as a line in the conversation. Up to 20 values: words, numbers, true, false or null. Events before the first message wait for it. Your team reads it as what the page says, not as a proven fact.",
  "switchboard('on', 'open', callback)": "Calls you when something happens (below). 'off' with the same two ends it.",
};

const EVENTS: Listed = {
  ready: "The bubble is on the page. Also called when it was there before you asked.",
  open: "The chat was opened.",
  close: "The chat was closed.",
  unread: "There are more or fewer unread answers; the callback gets their number.",
  started: "The visitor has sent a first message.",
  rated: "The visitor has rated the chat; the callback gets 1 to 5.",
};

const ATTRIBUTES: Listed = {
  "data-connection": "Which chat it is. Settings, Channels shows the whole line to paste.",
  "data-locale": "The language, such as de or fr-CH. Left out, that of the page, else of the browser. The chat itself speaks English, German, Spanish, French and Arabic, anything else reads English; your own texts are in as many languages as you have written in the settings.",
};

const CLAIMS: Listed = {
  sub: "Your own id of the customer. The same id is the same visitor on every device.",
  exp: "When the token ends, in seconds since 1970. Needed; some minutes from now are enough, because it is only read when a page opens.",
  name: "What to call them. Optional.",
  email: "Their address, which your site has proved to be theirs: it joins the chat to what they wrote by mail. With email_verified: false it is left out. Optional.",
  phone: "Their number, best with + and the country. The same holds. Optional.",
};

const START = `<script>
  window.switchboard ??= (...command) => (window.switchboard.q ??= []).push(command);
</script>
<script src="https://inbox.example.com/widget.js" data-connection="ch_…" async></script>`;

const SIGN = `import jwt from "jsonwebtoken";

const token = jwt.sign(
  { sub: user.id, name: user.name, email: user.email },
  process.env.SWITCHBOARD_IDENTITY_SECRET,
  { algorithm: "HS256", expiresIn: "10m" },
);`;

const POLICY = `script-src https://inbox.example.com;
connect-src https://inbox.example.com;
frame-src https://inbox.example.com`;

/** The name in quotes marks a command, the whole anything else. */
const anchorOf = (what: string, written: string): string => `${what.toLowerCase()}-${/'(\w+)'/.exec(written)?.[1] ?? written}`;
const table = (title: string, what: string, rows: Listed) => html`<div class="scroll" tabindex="0" role="group" aria-label="${title}"><table><thead><tr><th scope="col">${what}</th><th scope="col">What it does</th></tr></thead>
<tbody>${Object.entries(rows).map(([written, does]) => html`<tr id="${anchorOf(what, written)}"><th scope="row"><code>${written}</code></th><td>${does}</td></tr>`)}</tbody></table></div>`;
const code = (text: string) => html`<pre tabindex="0"><code>${text}</code></pre>`;

const SECTIONS = [
  { id: "start", title: "Put it on a page", body: html`<p>Paste the line that Settings, Channels shows. With the two lines before it you may call <code>switchboard</code> at once: what you say waits until the script is here.</p>${code(START)}${table("Attributes of the script", "Attribute", ATTRIBUTES)}` },
  { id: "commands", title: "Commands", body: table("Commands", "Call", COMMANDS) },
  { id: "events", title: "What you can hear", body: html`${table("Events", "Event", EVENTS)}<p>The page never hears a word of the conversation: the chat is a frame of another origin.</p>` },
  { id: "identity", title: "Customers who are logged in", body: html`<p>Set an identity secret in the settings of the chat, keep it on your server, and sign a JSON Web Token with it (HS256, nothing else is taken).</p>${code(SIGN)}${table("Claims", "Claim", CLAIMS)}<p>Tokens are only as secret as the secret: never sign in the browser. The older way, <code>switchboard('identify', { userId, hash })</code> with the hexadecimal HMAC-SHA256 of the id, still proves the id, and nothing besides.</p>` },
  { id: "policy", title: "Strict content security policies", body: html`<p>Name our origin three times. The script writes no styles into your page, runs no <code>eval</code>, and needs no nonce of its own. The two lines before it are your own: give them your nonce, or put them into a file of yours.</p>${code(POLICY)}` },
  { id: "keeps", title: "What it keeps", body: html`<p>Nothing, before the chat is opened or a greeting is put away. After that: a mark in your page's own storage that says so, and in the storage of the frame a signed token by which the visitor is known again. There are no cookies, except where a browser denies a frame all storage: then one, which only this frame on this very site gets. The team sees the pages of the visit since the chat was opened, without what could let someone in, and where the visitor came from.</p>` },
];

/** The chat on a site, for those who build the site. */
export const widgetPage = () => docsFrame("Chat on your site", html`<a href="#content"><strong>Chat on your site</strong></a><a href="/api/docs">API</a><a href="/api/docs/channels">Channels</a>
<ul>${SECTIONS.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul>`, html`<h1>Chat on your site</h1><p>The JavaScript interface of the chat bubble.</p>
${SECTIONS.map(({ id, title, body }) => html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${body}</section>`)}`);
