import { Hash, Inbox, LogOut, Monitor, Moon, Search, Settings, Sun, User, Users, Zap } from "lucide-solid";
import type { Contact } from "../../worker/contract/contact";
import { shownAddress } from "../../worker/contract/shown-address";
import { t, type MessageKey } from "../lib/i18n";
import { connections, labels, me, teams } from "../lib/me";
import type { Registered } from "../lib/shortcuts";
import { setTheme, THEMES, type Theme } from "../lib/theme";
import type { Icon } from "../ui/icon";

export interface PaletteItem {
  id: string;
  group: "palette.actions" | "palette.go" | "palette.people" | "palette.settings";
  label: string;
  /** Said beside it in grey. */
  note?: string;
  icon: Icon;
  keys?: string;
  run: () => void;
}

const VIEWS = ["mine", "unassigned", "following", "all"] as const;
const SETTINGS: readonly { path: string; label: MessageKey; adminsOnly?: boolean }[] = [
  { path: "general", label: "settings.general" }, { path: "members", label: "settings.members" }, { path: "teams", label: "settings.teams" },
  { path: "channels", label: "settings.channels" }, { path: "templates", label: "settings.templates" }, { path: "labels", label: "settings.labels" }, { path: "api-keys", label: "settings.apiKeys", adminsOnly: true },
  { path: "profile", label: "settings.profile" }, { path: "security", label: "settings.security" },
];
const THEME_ICONS: Record<Theme, Icon> = { system: Monitor, light: Sun, dark: Moon };

/** Everything that can be done or reached from here. `actions` are the keys that work right now. */
export function paletteItems(actions: readonly Registered[], options: { go: (path: string) => void; signOut: () => void }): PaletteItem[] {
  const { go } = options;
  const isAdmin = me()?.member.role === "owner" || me()?.member.role === "admin";
  const to = (label: string, path: string, icon: Icon, note?: string): PaletteItem => ({ id: `go ${path}`, group: "palette.go", label, icon, ...(note && { note }), run: () => go(path) });
  const inbox = (narrowing: Record<string, string>) => `/?${new URLSearchParams(narrowing).toString()}`;
  const channels = [...new Set(connections().filter(({ status }) => status === "active").map(({ channel }) => channel))];
  return [
    ...actions.map((action): PaletteItem => ({ id: `key ${action.scope} ${action.keys}`, group: "palette.actions", label: action.label, icon: Zap, keys: action.keys, run: action.run })),
    ...VIEWS.map((view) => to(t(`inbox.view.${view}`), inbox({ view }), Inbox, t("app.inbox"))),
    ...teams().map(({ id, name }) => to(name, inbox({ teamId: id }), Users, t("inbox.nav.teams"))),
    ...channels.map((channel) => to(t(`channel.${channel}`), inbox({ channel }), Inbox, t("inbox.nav.channels"))),
    ...labels().filter(({ archived }) => !archived).map(({ id, name }) => to(name, inbox({ labelId: id }), Hash, t("inbox.nav.labels"))),
    ...SETTINGS.filter(({ adminsOnly }) => isAdmin || !adminsOnly).map(({ path, label }): PaletteItem => ({ ...to(t(label), `/settings/${path}`, Settings), group: "palette.settings" })),
    ...THEMES.map((theme): PaletteItem => ({ id: `theme ${theme}`, group: "palette.settings", label: t(`app.theme.${theme}`), icon: THEME_ICONS[theme], run: () => setTheme(theme) })),
    { id: "sign-out", group: "palette.settings", label: t("app.signOut"), icon: LogOut, run: options.signOut },
  ];
}

export const personItem = (contact: Contact, go: (path: string) => void): PaletteItem => ({
  id: `contact ${contact.id}`, group: "palette.people", label: contact.name || shownAddress(contact.identities[0]?.address ?? ""), icon: User,
  ...(contact.name && contact.identities[0] && { note: shownAddress(contact.identities[0].address) }), run: () => go(`/contacts?${new URLSearchParams({ contact: contact.id }).toString()}`),
});

export const searchItem = (words: string, go: (path: string) => void): PaletteItem => ({
  id: "search", group: "palette.go", label: t("palette.search", { words }), icon: Search, run: () => go(`/?${new URLSearchParams({ q: words }).toString()}`),
});

/** Whether every word typed stands in the label or its note; better places first, order kept among equals. */
export function match(items: readonly PaletteItem[], typed: string): PaletteItem[] {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...items];
  const rank = ({ label, note }: PaletteItem): number => {
    const text = label.toLocaleLowerCase();
    if (!words.every((word) => text.includes(word) || note?.toLocaleLowerCase().includes(word))) return Infinity;
    if (text.startsWith(words[0]!)) return 0;
    return text.includes(` ${words[0]!}`) ? 1 : 2;
  };
  const found = items.map((item) => ({ item, rank: rank(item) })).filter(({ rank: place }) => place < Infinity);
  return found.sort((a, b) => a.rank - b.rank).map(({ item }) => item);
}
