import { PUBLIC_LANGUAGES } from "./language";

/** What mails about a chat say, in the order of the languages. */
const WORDS = {
  continued: [
    "Your chat with {business}",
    "Ihr Chat mit {business}",
    "Su chat con {business}",
    "Votre discussion avec {business}",
    "محادثتك مع {business}",
  ],
  answered: [
    "{name} answered you in the chat:",
    "{name} hat Ihnen im Chat geantwortet:",
    "{name} le ha respondido en el chat:",
    "{name} vous a répondu dans la discussion :",
    "ردّ عليك {name} في المحادثة:",
  ],
  goOn: [
    "Answer this mail to go on. What you write also appears in the chat.",
    "Antworten Sie auf diese E-Mail, um fortzufahren. Was Sie schreiben, erscheint auch im Chat.",
    "Responda a este correo para continuar. Lo que escriba también aparecerá en el chat.",
    "Répondez à cet e-mail pour continuer. Ce que vous écrivez apparaît aussi dans la discussion.",
    "أجب على هذه الرسالة للمتابعة. ما تكتبه يظهر أيضًا في المحادثة.",
  ],
  mistake: [
    "If you have not chatted with us, please ignore this mail.",
    "Wenn Sie nicht mit uns gechattet haben, ignorieren Sie diese E-Mail bitte.",
    "Si no ha chateado con nosotros, ignore este correo.",
    "Si vous n’avez pas discuté avec nous, ignorez cet e-mail.",
    "إذا لم تكن قد تحدثت معنا فيُرجى تجاهل هذه الرسالة.",
  ],
  transcript: [
    "Transcript of your chat with {business}",
    "Protokoll Ihres Chats mit {business}",
    "Transcripción de su chat con {business}",
    "Copie de votre discussion avec {business}",
    "نص محادثتك مع {business}",
  ],
  intro: [
    "This is what was said in the chat with {business}.",
    "Das wurde im Chat mit {business} geschrieben.",
    "Esto es lo que se dijo en el chat con {business}.",
    "Voici ce qui a été dit dans la discussion avec {business}.",
    "هذا ما قيل في المحادثة مع {business}.",
  ],
  asked: [
    "You get this mail because somebody asked for it in the chat.",
    "Sie erhalten diese E-Mail, weil jemand im Chat darum gebeten hat.",
    "Recibe este correo porque alguien lo pidió en el chat.",
    "Vous recevez cet e-mail parce que quelqu’un l’a demandé dans la discussion.",
    "وصلتك هذه الرسالة لأن شخصًا طلبها في المحادثة.",
  ],
  you: ["You", "Sie", "Usted", "Vous", "أنت"],
  file: ["File", "Datei", "Archivo", "Fichier", "ملف"],
} as const satisfies Record<string, readonly string[]>;
type Say = (word: keyof typeof WORDS, values?: Readonly<Record<string, string>>) => string;

/** Speaks the visitor's language, else English. `{name}` in the words is replaced by the value of that name. */
function speaking(locale: string | null): Say {
  const index = Math.max(0, PUBLIC_LANGUAGES.findIndex((one) => one === (locale ?? "").slice(0, 2).toLowerCase()));
  return (word, values = {}) => WORDS[word][index]!.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
}

/** One line of a chat. `at` in ms; no `author`: the visitor. */
export interface Said { author: string; text: string; files: readonly string[]; at: number }

/** Mails an answer that waits unread in a chat. */
export function continuationMail(business: string, messages: readonly Said[], locale: string | null): { subject: string; text: string } {
  const say = speaking(locale);
  const name = messages.at(-1)?.author || business;
  const said = messages.map(({ text }) => text.trim()).filter(Boolean).join("\n\n");
  return { subject: say("continued", { business }), text: [say("answered", { name }), said, `${say("goOn")}\n${say("mistake")}`].filter(Boolean).join("\n\n") };
}

/** The whole chat, oldest first, for the visitor who asked for it. Times in the visitor's own zone, as far as it is known. */
export function transcriptMail(business: string, messages: readonly Said[], locale: string | null, timeZone: string | null): { subject: string; text: string } {
  const say = speaking(locale);
  const time = clock(locale, timeZone);
  const lines = messages.map(({ author, text, files, at }) => [`${author || say("you")}, ${time(at)}`, text.trim(), ...files.map((name) => `[${say("file")}: ${name}]`)].filter(Boolean).join("\n"));
  return { subject: say("transcript", { business }), text: [say("intro", { business }), ...lines, say("asked")].join("\n\n") };
}

/** What a browser says of itself may be no locale and no zone. */
function clock(locale: string | null, timeZone: string | null): (at: number) => string {
  for (const [language, zone] of [[locale ?? "en", timeZone ?? "UTC"], ["en", "UTC"]] as const) {
    try {
      const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone: zone, ...(zone === "UTC" && { timeStyle: "long" }) });
      return (at) => format.format(at);
    } catch { /* the next one is known everywhere */ }
  }
  return (at) => new Date(at).toISOString();
}
