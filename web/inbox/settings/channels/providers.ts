import { createSignal, type Accessor } from "solid-js";
import type { ChannelKind, ConnectionView } from "../../../../worker/contract/channel";
import { api } from "../../../lib/api";
import { sentenceOf } from "../refusal";

/** A field of the connect form, as the provider's own channel describes it. */
export interface ProviderField { key: string; label: string; help: string; secret: boolean; optional?: boolean; options?: string[]; /** Connections of the account that the field may name, by id. */ choices?: { value: string; label: string }[] }
/** What can be connected. */
export interface Provider { provider: string; kind: ChannelKind; title: string; fields: ProviderField[] }

export interface Providers { all: Accessor<readonly Provider[] | null>; problem: Accessor<string | null>; reload: () => Promise<void>; of: (provider: string) => Provider | undefined }

export function createProviders(): Providers {
  const [all, setAll] = createSignal<readonly Provider[] | null>(null);
  const [problem, setProblem] = createSignal<string | null>(null);
  async function reload() {
    setProblem(null);
    try {
      setAll((await api.get<{ items: Provider[] }>("/api/v1/providers")).items);
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  }
  void reload();
  return { all, problem, reload, of: (provider) => all()?.find((one) => one.provider === provider) };
}

/** A stored setting as it stands in its field: several values are separated by commas. */
const textOf = (value: unknown): string => (Array.isArray(value) ? value.join(", ") : typeof value === "string" || typeof value === "number" ? String(value) : "");

/** What the form starts with. Secrets start empty: they never come back. */
export const storedValues = (fields: readonly ProviderField[], settings: ConnectionView["settings"]): Record<string, string> =>
  Object.fromEntries(fields.map(({ key, secret, options, optional }) => [key, secret ? "" : textOf(settings[key]) || (options && !optional ? options[0]! : "")]));

/** Only what was changed is sent: an empty secret keeps the stored one. */
export const changedValues = (before: Readonly<Record<string, string>>, values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter(([key, value]) => value.trim() !== (before[key] ?? "").trim()).map(([key, value]) => [key, value.trim()]));

/** Whether a provider reports to an address of ours. */
export const hasWebhook = ({ capabilities }: ConnectionView): boolean => capabilities.transport === "provider";
/** Whether we may write to somebody first, which is what a test message does. */
export const isTestable = ({ capabilities }: ConnectionView): boolean => capabilities.transport === "provider" && capabilities.start;
/** Whether customers meet it on a page that carries our script. */
export const hasSnippet = ({ capabilities }: ConnectionView): boolean => capabilities.transport === "visitor";

/** What goes into the customer's page. The script lives where webhooks arrive: at the public address. */
export const snippetOf = ({ id, webhookUrl }: ConnectionView): string => `<script src="${new URL(webhookUrl).origin}/widget.js" data-connection="${id}" async></script>`;
