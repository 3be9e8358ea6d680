import type { PublicLanguage } from "./language";

/** What the page says behind the unsubscribe link of a mail: `{name}` is the business, `{address}` the reader's. */
export interface UnsubscribeWords { title: string; ask: string; automated: string; all: string; done: string; doneAll: string; hint: string; over: string; overHint: string; /** Below an automated mail, before a link called `automated`. */ footer: string }

export const UNSUBSCRIBE_WORDS: Readonly<Record<PublicLanguage, UnsubscribeWords>> = {
  en: {
    title: "Mail from {name}", ask: "Stop mail to {address}?", automated: "Stop automated mail", all: "Stop all mail", done: "You will get no more automated mail from {name}.", doneAll: "You will get no more mail from {name}.",
    hint: "Automated mail is what no person at {name} wrote. Answers of people still reach you unless you stop all mail.", over: "This link is not valid", overHint: "Use the link in the mail itself, or answer the mail and ask for no more.",
    footer: "This mail from {name} was sent automatically.",
  },
  de: {
    title: "E-Mails von {name}", ask: "Keine E-Mails mehr an {address}?", automated: "Automatische E-Mails abbestellen", all: "Alle E-Mails abbestellen", done: "Sie erhalten keine automatischen E-Mails mehr von {name}.", doneAll: "Sie erhalten keine E-Mails mehr von {name}.",
    hint: "Automatisch sind E-Mails, die niemand bei {name} selbst geschrieben hat. Antworten von Menschen erreichen Sie weiterhin, außer Sie bestellen alle ab.", over: "Dieser Link ist ungültig", overHint: "Nutzen Sie den Link in der E-Mail selbst, oder antworten Sie darauf mit der Bitte, nichts mehr zu senden.",
    footer: "Diese E-Mail von {name} wurde automatisch verschickt.",
  },
  es: {
    title: "Correo de {name}", ask: "¿Dejar de enviar correo a {address}?", automated: "No recibir correo automático", all: "No recibir ningún correo", done: "Ya no recibirá correo automático de {name}.", doneAll: "Ya no recibirá correo de {name}.",
    hint: "El correo automático es el que no ha escrito ninguna persona de {name}. Las respuestas de personas le seguirán llegando, salvo que rechace todo el correo.", over: "Este enlace no es válido", overHint: "Use el enlace del propio correo, o respóndalo y pida que no le escriban más.",
    footer: "{name} ha enviado este correo de forma automática.",
  },
  fr: {
    title: "E-mails de {name}", ask: "Ne plus envoyer d’e-mails à {address} ?", automated: "Ne plus recevoir d’e-mails automatiques", all: "Ne plus recevoir aucun e-mail", done: "Vous ne recevrez plus d’e-mails automatiques de {name}.", doneAll: "Vous ne recevrez plus d’e-mails de {name}.",
    hint: "Un e-mail automatique n’a été écrit par personne chez {name}. Les réponses écrites par des personnes vous parviennent encore, sauf si vous refusez tous les e-mails.", over: "Ce lien n’est pas valable", overHint: "Utilisez le lien de l’e-mail lui-même, ou répondez-y en demandant de ne plus rien envoyer.",
    footer: "Cet e-mail de {name} a été envoyé automatiquement.",
  },
  ar: {
    title: "رسائل {name}", ask: "إيقاف الرسائل إلى {address}؟", automated: "إيقاف الرسائل الآلية", all: "إيقاف كل الرسائل", done: "لن تصلك رسائل آلية من {name} بعد الآن.", doneAll: "لن تصلك رسائل من {name} بعد الآن.",
    hint: "الرسائل الآلية هي ما لم يكتبه شخص في {name}. تصلك إجابات الأشخاص إلا إذا أوقفت كل الرسائل.", over: "هذا الرابط غير صالح", overHint: "استخدم الرابط الموجود في الرسالة نفسها، أو أجب عليها واطلب التوقف عن الإرسال.",
    footer: "أُرسلت هذه الرسالة من {name} آليًا.",
  },
};
