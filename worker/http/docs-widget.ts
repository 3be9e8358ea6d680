import { html } from "hono/html";
import { docsFrame } from "./docs-page";

interface Listed { id: string; call: string; about: string }

const COMMANDS: readonly Listed[] = [
  { id: "open", call: "switchboard('open')", about: "Opens the chat. The frame is loaded only now, unless this browser has chatted before." },
  { id: "close", call: "switchboard('close')", about: "Closes it. 'toggle' does one or the other." },
  { id: "hide", call: "switchboard('hide')", about: "Takes the bubble and the chat off the page; 'show' brings them back. Put it before the script to start without a bubble and open the chat from a button of your own." },
  { id: "identify", call: "switchboard('identify', { token })", about: "Says who is logged in. The token is made on your server (below). With a wrong or expired one the visitor stays anonymous." },
  { id: "logout", call: "switchboard('logout')", about: "Forgets who was here. Call it when somebody logs out, or the next person at this computer sees the chat." },
  { id: "event", call: "switchboard('event', 'Added to cart', { sku: 'B-17', price: 899 })", about: "Tells your team what the visitor did, as a line in the conversation. Up to 20 values: words, numbers, true, false or null. Events before the first message wait for it. Your team reads it as what the page says, not as a proven fact." },
  { id: "on", call: "switchboard('on', 'open', callback)", about: "Calls you when something happens (below). 'off' with the same two ends it." },
];

const EVENTS: readonly Listed[] = [
  { id: "on-ready", call: "ready", about: "The bubble is on the page. Also called when it was there before you asked." },
  { id: "on-open", call: "open", about: "The chat was opened." },
  { id: "on-close", call: "close", about: "The chat was closed." },
  { id: "on-unread", call: "unread", about: "There are more or fewer unread answers; the callback gets their number." },
  { id: "on-started", call: "started", about: "The visitor has sent a first message." },
  { id: "on-rated", call: "rated", about: "The visitor has rated the chat; the callback gets 1 to 5." },
];

const ATTRIBUTES: readonly Listed[] = [
  { id: "data-connection", call: "data-connection", about: "Which chat it is. Settings, Channels shows the whole line to paste." },
  { id: "data-locale", call: "data-locale", about: "The language, such as de or fr-CH. Left out, that of the page, else of the browser. There are English, German, Spanish, French and Arabic; anything else reads English." },
];

const CLAIMS: readonly Listed[] = [
  { id: "sub", call: "sub", about: "Your own id of the customer. The same id is the same visitor on every device." },
  { id: "exp", call: "exp", about: "When the token ends, in seconds since 1970. Needed; some minutes from now are enough, because it is only read when a page opens." },
  { id: "name", call: "name", about: "What to call them. Optional." },
  { id: "email", call: "email", about: "Their address, which your site has proved to be theirs: it joins the chat to what they wrote by mail. With email_verified: false it is left out. Optional." },
  { id: "phone", call: "phone", about: "Their number, best with + and the country. The same holds. Optional." },
];

const START = `<script>
  window.switchboard ??= (...command) => (window.switchboard.q ??= []).push(command);
</script>
<script src="https://inbox.example.com/widget.js" data-connection="cn_…" async></script>`;

const SIGN = `import jwt from "jsonwebtoken";

const token = jwt.sign(
  { sub: user.id, name: user.name, email: user.email },
  process.env.SWITCHBOARD_IDENTITY_SECRET,
  { algorithm: "HS256", expiresIn: "10m" },
);`;

const POLICY = `script-src https://inbox.example.com;
connect-src https://inbox.example.com;
frame-src https://inbox.example.com`;

const table = (title: string, first: string, rows: readonly Listed[]) => html`<div class="scroll" tabindex="0" role="group" aria-label="${title}"><table><thead><tr><th scope="col">${first}</th><th scope="col">What it does</th></tr></thead>
<tbody>${rows.map(({ id, call, about }) => html`<tr id="${id}"><th scope="row"><code>${call}</code></th><td>${about}</td></tr>`)}</tbody></table></div>`;
const code = (text: string) => html`<pre tabindex="0"><code>${text}</code></pre>`;

const SECTIONS = [
  { id: "start", title: "Put it on a page", body: html`<p>Paste the line that Settings, Channels shows. With the two lines before it you may call <code>switchboard</code> at once: what you say waits until the script is here.</p>${code(START)}${table("Attributes of the script", "Attribute", ATTRIBUTES)}` },
  { id: "commands", title: "Commands", body: table("Commands", "Call", COMMANDS) },
  { id: "events", title: "What you can hear", body: html`${table("Events", "Event", EVENTS)}<p>The page never hears a word of the conversation: the chat is a frame of another origin.</p>` },
  { id: "identity", title: "Customers who are logged in", body: html`<p>Set an identity secret in the settings of the chat, keep it on your server, and sign a JSON Web Token with it (HS256, nothing else is taken).</p>${code(SIGN)}${table("Claims", "Claim", CLAIMS)}<p>Tokens are only as secret as the secret: never sign in the browser. The older way, <code>switchboard('identify', { userId, hash })</code> with the hexadecimal HMAC-SHA256 of the id, still proves the id, and nothing besides.</p>` },
  { id: "policy", title: "Strict content security policies", body: html`<p>Name our origin three times. The script writes no styles into your page, runs no <code>eval</code>, and needs no nonce of its own. The two lines before it are your own: give them your nonce, or put them into a file of yours.</p>${code(POLICY)}` },
  { id: "keeps", title: "What it keeps", body: html`<p>Nothing, before the chat is opened. After that: a mark in your page's own storage that says so, and in the storage of the frame a signed token by which the visitor is known again. There are no cookies, except where a browser denies a frame all storage: then one, which only this frame on this very site gets. The team sees the pages of the visit since the chat was opened, without what could let someone in, and where the visitor came from.</p>` },
];

/** The chat on a site, for those who build the site. */
export const widgetPage = () => docsFrame("Chat on your site", html`<a href="#content"><strong>Chat on your site</strong></a><a href="/api/docs">API</a><a href="/api/docs/channels">Channels</a>
<ul>${SECTIONS.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul>`, html`<h1>Chat on your site</h1><p>The JavaScript interface of the chat bubble.</p>
${SECTIONS.map(({ id, title, body }) => html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${body}</section>`)}`);
