import type { QuietInterval } from "../../../../../worker/contract/account";
import type { ConnectionView } from "../../../../../worker/contract/channel";
import type { WidgetConfig } from "../../../../../worker/contract/widget";
import { WIDGET_ICONS, type WidgetIcon } from "../../../../../worker/contract/widget-icons";
import { officeWeek } from "../../office-hours";

/** As the office hours name the days; the week of the form begins with Sunday too. */
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
export type Question = WidgetConfig["preChat"][number]["key"];
/** In the order in which they are asked. */
export const QUESTIONS: readonly Question[] = ["name", "email", "phone"];

/** The business's own words in one more language; what is empty is said in the first one. */
export interface ChatTexts { greeting: string; awayMessage: string; consentText: string; greetings: string[] }

/** The settings of a chat as its screen holds them. */
export interface ChatValues {
  origins: string; greeting: string; colour: string; position: "right" | "left"; theme: WidgetConfig["theme"]; icon: WidgetIcon; logo: string;
  greetings: WidgetConfig["greetings"];
  preChat: Record<Question, "no" | "optional" | "required">; consentText: string;
  /** By BCP 47 tag. */
  languages: Record<string, ChatTexts>;
  hours: "always" | "own" | "account"; timeZone: string; days: QuietInterval[][]; awayMessage: string;
  sound: boolean; rating: boolean; transcript: boolean; emailAfterMinutes: string; mailbox: string;
}


const DEFAULTS = {
  origins: [] as string[], greeting: "Hello. How can we help?", colour: "#1d4a40", position: "right" as const, theme: "auto" as const, icon: "bubble" as const, logo: "",
  greetings: [] as WidgetConfig["greetings"], preChat: [] as WidgetConfig["preChat"], consentText: "", languages: {} as Record<string, ChatTexts>, hoursFrom: "own" as "own" | "account",
  awayMessage: "We are away right now. Leave a message and we will answer here.", officeHours: null as { timeZone: string; hours: { day: (typeof DAYS)[number]; from: string; to: string }[] } | null,
  sound: false, rating: true, transcript: true, emailAfterMinutes: 10, mailbox: "",
};

/** What is stored, with what counts where nothing is. */
export function readValues(settings: ConnectionView["settings"], timeZone: string): ChatValues {
  const known = { ...DEFAULTS, ...settings } as typeof DEFAULTS;
  return {
    origins: known.origins.join(", "), greeting: known.greeting, colour: known.colour, position: known.position, theme: known.theme, icon: known.icon, logo: known.logo,
    greetings: known.greetings.map((one) => ({ ...one })),
    preChat: Object.fromEntries(QUESTIONS.map((key) => { const asked = known.preChat.find((one) => one.key === key); return [key, asked ? (asked.required ? "required" : "optional") : "no"]; })) as ChatValues["preChat"],
    consentText: known.consentText, awayMessage: known.awayMessage,
    languages: Object.fromEntries(Object.entries(known.languages).map(([tag, { greetings, ...texts }]) => [tag, { ...texts, greetings: [...greetings] }])),
    hours: known.hoursFrom === "account" ? "account" : known.officeHours ? "own" : "always", timeZone: known.officeHours?.timeZone ?? timeZone,
    days: known.officeHours ? DAYS.map((day) => known.officeHours!.hours.filter((one) => one.day === day).map(({ from, to }) => ({ from, to }))) : officeWeek(),
    sound: known.sound, rating: known.rating, transcript: known.transcript, emailAfterMinutes: String(known.emailAfterMinutes), mailbox: known.mailbox,
  };
}

const questionsOf = ({ preChat }: ChatValues): WidgetConfig["preChat"] => QUESTIONS.flatMap((key) => (preChat[key] === "no" ? [] : [{ key, required: preChat[key] === "required" }]));

/** As the API takes them. */
export function settingsOf(values: ChatValues): Record<string, unknown> {
  const { origins, greeting, colour, position, theme, icon, logo, greetings, consentText, languages, awayMessage, sound, rating, transcript, mailbox } = values;
  return {
    origins, greeting, colour, position, theme, icon, logo, greetings, consentText, languages, awayMessage, sound, rating, transcript, mailbox,
    preChat: questionsOf(values), emailAfterMinutes: Number(values.emailAfterMinutes),
    hoursFrom: values.hours === "account" ? "account" : "own",
    officeHours: values.hours === "own" ? { timeZone: values.timeZone, hours: values.days.flatMap((day, at) => day.map((one) => ({ day: DAYS[at]!, ...one }))) } : null,
  };
}

/** What the visitor's browser would be told, in one of the languages or (null) the first. */
export function configOf(values: ChatValues, name: string, logo: string | null, online: boolean, language: string | null = null): WidgetConfig {
  const { colour, position, theme, icon, sound, rating, transcript } = values;
  const texts = language === null ? undefined : values.languages[language];
  return {
    name, colour, position, theme, icon, mark: WIDGET_ICONS[icon], logo, sound, rating, transcript, preChat: questionsOf(values), online,
    greeting: texts?.greeting || values.greeting, awayMessage: texts?.awayMessage || values.awayMessage, consentText: values.consentText === "" ? "" : texts?.consentText || values.consentText,
    greetings: values.greetings.map((one, index) => ({ ...one, text: texts?.greetings[index] || one.text })),
  };
}
