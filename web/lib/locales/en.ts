import { enAuth } from "./en-auth";
import { enChat } from "./en-chat";
import { enComposer } from "./en-composer";
import { enInbox } from "./en-inbox";
import { enProfile } from "./en-profile";
import { enSending } from "./en-sending";
import { enSettings } from "./en-settings";
import { enShell } from "./en-shell";
import { enThread } from "./en-thread";

/** A sentence with `{name}`s, or its two plural forms chosen by `{count}`. */
export type Message = string | { readonly one: string; readonly other: string };

/** Every English word of the inbox. A key is where it stands and what it says there. Whoever imports this loads all of it. */
export const en = { ...enShell, ...enAuth, ...enInbox, ...enThread, ...enComposer, ...enSending, ...enSettings, ...enProfile, ...enChat } as const satisfies Record<string, Message>;
