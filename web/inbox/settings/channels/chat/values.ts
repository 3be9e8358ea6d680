import type { QuietInterval } from "../../../../../worker/contract/account";
import type { ConnectionView } from "../../../../../worker/contract/channel";
import type { WidgetConfig } from "../../../../../worker/contract/widget";
import { WIDGET_ICONS, type WidgetIcon } from "../../../../../worker/contract/widget-icons";

/** As the office hours name the days; the week of the form begins with Sunday too. */
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
export type Question = WidgetConfig["preChat"][number]["key"];
/** In the order in which they are asked. */
export const QUESTIONS: readonly Question[] = ["name", "email", "phone"];

/** The settings of a chat as its screen holds them. */
export interface ChatValues {
  origins: string; greeting: string; colour: string; position: "right" | "left"; theme: WidgetConfig["theme"]; icon: WidgetIcon; logo: string;
  greetings: WidgetConfig["greetings"];
  preChat: Record<Question, "no" | "optional" | "required">; consentText: string;
  hasHours: boolean; timeZone: string; days: QuietInterval[][]; awayMessage: string;
  sound: boolean; rating: boolean; transcript: boolean; emailAfterMinutes: string; mailbox: string;
}

const OFFICE: QuietInterval[][] = DAYS.map((_, day) => (day === 0 || day === 6 ? [] : [{ from: "09:00", to: "17:00" }]));
export const FRESH_HOURS: QuietInterval = { from: "09:00", to: "17:00" };

const DEFAULTS = {
  origins: [] as string[], greeting: "Hello. How can we help?", colour: "#1d4a40", position: "right" as const, theme: "auto" as const, icon: "bubble" as const, logo: "",
  greetings: [] as WidgetConfig["greetings"], preChat: [] as WidgetConfig["preChat"], consentText: "",
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
    hasHours: Boolean(known.officeHours), timeZone: known.officeHours?.timeZone ?? timeZone,
    days: known.officeHours ? DAYS.map((day) => known.officeHours!.hours.filter((one) => one.day === day).map(({ from, to }) => ({ from, to }))) : OFFICE.map((day) => day.map((one) => ({ ...one }))),
    sound: known.sound, rating: known.rating, transcript: known.transcript, emailAfterMinutes: String(known.emailAfterMinutes), mailbox: known.mailbox,
  };
}

const questionsOf = ({ preChat }: ChatValues): WidgetConfig["preChat"] => QUESTIONS.flatMap((key) => (preChat[key] === "no" ? [] : [{ key, required: preChat[key] === "required" }]));

/** As the API takes them. */
export function settingsOf(values: ChatValues): Record<string, unknown> {
  const { origins, greeting, colour, position, theme, icon, logo, greetings, consentText, awayMessage, sound, rating, transcript, mailbox } = values;
  return {
    origins, greeting, colour, position, theme, icon, logo, greetings, consentText, awayMessage, sound, rating, transcript, mailbox,
    preChat: questionsOf(values), emailAfterMinutes: Number(values.emailAfterMinutes),
    officeHours: values.hasHours ? { timeZone: values.timeZone, hours: values.days.flatMap((day, at) => day.map((one) => ({ day: DAYS[at]!, ...one }))) } : null,
  };
}

/** What the visitor's browser would be told. */
export function configOf(values: ChatValues, name: string, logo: string | null, online: boolean): WidgetConfig {
  const { greeting, colour, position, theme, icon, greetings, consentText, awayMessage, sound, rating, transcript } = values;
  return { name, greeting, colour, position, theme, icon, mark: WIDGET_ICONS[icon], logo, greetings, consentText, awayMessage, sound, rating, transcript, preChat: questionsOf(values), online };
}
