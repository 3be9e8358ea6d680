/** What mails about a chat say, in the languages of the widget. */
interface Words { continued: string; answered: string; goOn: string; mistake: string; transcript: string; intro: string; asked: string; you: string; file: string }

const WORDS: Record<string, Words> = {
  en: {
    continued: "Your chat with {business}", answered: "{name} answered you in the chat:", goOn: "Answer this mail to go on. What you write also appears in the chat.", mistake: "If you have not chatted with us, please ignore this mail.",
    transcript: "Transcript of your chat with {business}", intro: "This is what was said in the chat with {business}.", asked: "You get this mail because somebody asked for it in the chat.", you: "You", file: "File",
  },
  de: {
    continued: "Ihr Chat mit {business}", answered: "{name} hat Ihnen im Chat geantwortet:", goOn: "Antworten Sie auf diese E-Mail, um fortzufahren. Was Sie schreiben, erscheint auch im Chat.", mistake: "Wenn Sie nicht mit uns gechattet haben, ignorieren Sie diese E-Mail bitte.",
    transcript: "Protokoll Ihres Chats mit {business}", intro: "Das wurde im Chat mit {business} geschrieben.", asked: "Sie erhalten diese E-Mail, weil jemand im Chat darum gebeten hat.", you: "Sie", file: "Datei",
  },
  es: {
    continued: "Su chat con {business}", answered: "{name} le ha respondido en el chat:", goOn: "Responda a este correo para continuar. Lo que escriba también aparecerá en el chat.", mistake: "Si no ha chateado con nosotros, ignore este correo.",
    transcript: "Transcripción de su chat con {business}", intro: "Esto es lo que se dijo en el chat con {business}.", asked: "Recibe este correo porque alguien lo pidió en el chat.", you: "Usted", file: "Archivo",
  },
  fr: {
    continued: "Votre discussion avec {business}", answered: "{name} vous a répondu dans la discussion :", goOn: "Répondez à cet e-mail pour continuer. Ce que vous écrivez apparaît aussi dans la discussion.", mistake: "Si vous n’avez pas discuté avec nous, ignorez cet e-mail.",
    transcript: "Copie de votre discussion avec {business}", intro: "Voici ce qui a été dit dans la discussion avec {business}.", asked: "Vous recevez cet e-mail parce que quelqu’un l’a demandé dans la discussion.", you: "Vous", file: "Fichier",
  },
  ar: {
    continued: "محادثتك مع {business}", answered: "ردّ عليك {name} في المحادثة:", goOn: "أجب على هذه الرسالة للمتابعة. ما تكتبه يظهر أيضًا في المحادثة.", mistake: "إذا لم تكن قد تحدثت معنا فيُرجى تجاهل هذه الرسالة.",
    transcript: "نص محادثتك مع {business}", intro: "هذا ما قيل في المحادثة مع {business}.", asked: "وصلتك هذه الرسالة لأن شخصًا طلبها في المحادثة.", you: "أنت", file: "ملف",
  },
};
const wordsOf = (locale: string | null): Words => WORDS[(locale ?? "").slice(0, 2).toLowerCase()] ?? WORDS["en"]!;
const fill = (text: string, values: Record<string, string>): string => text.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);

/** One line of a chat. `at` in ms; no `author`: the visitor. */
export interface Said { author: string; text: string; files: readonly string[]; at: number }

/** Mails an answer that waits unread in a chat. */
export function continuationMail(business: string, messages: readonly Said[], locale: string | null): { subject: string; text: string } {
  const words = wordsOf(locale);
  const name = messages.at(-1)?.author || business;
  const said = messages.map(({ text }) => text.trim()).filter(Boolean).join("\n\n");
  return { subject: fill(words.continued, { business }), text: [fill(words.answered, { name }), said, `${words.goOn}\n${words.mistake}`].filter(Boolean).join("\n\n") };
}

/** The whole chat, oldest first, for the visitor who asked for it. Times in the visitor's own zone, as far as it is known. */
export function transcriptMail(business: string, messages: readonly Said[], locale: string | null, timeZone: string | null): { subject: string; text: string } {
  const words = wordsOf(locale);
  const time = clock(locale, timeZone);
  const lines = messages.map(({ author, text, files, at }) => [`${author || words.you}, ${time(at)}`, text.trim(), ...files.map((name) => `[${words.file}: ${name}]`)].filter(Boolean).join("\n"));
  return { subject: fill(words.transcript, { business }), text: [fill(words.intro, { business }), ...lines, words.asked].join("\n\n") };
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
