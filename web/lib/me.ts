import { createSignal, type Setter } from "solid-js";
import type { Label, Me, Member, Team } from "../../worker/contract/account";
import type { ConnectionView } from "../../worker/contract/channel";
import type { FeedFrame } from "../../worker/contract/frame";
import type { Template } from "../../worker/contract/template";
import { readAll } from "./all-pages";
import { api, ApiProblem, onSignedOut } from "./api";
import { forgetPictureSenders, readPictureSenders } from "./picture-senders";

export type What = Extract<FeedFrame, { type: "changed" }>["what"];

/** The copy on this device: the next visit is painted from it before the network has answered. */
const KEY = "me";
interface Copy { me: Me; members: Member[]; teams: Team[]; labels: Label[]; connections: ConnectionView[] }

const [me, setMe] = createSignal<Me | null>(null);
const [members, setMembers] = createSignal<Member[]>([]);
const [teams, setTeams] = createSignal<Team[]>([]);
const [labels, setLabels] = createSignal<Label[]>([]);
const [connections, setConnections] = createSignal<ConnectionView[]>([]);
/** Read when a screen first needs them, and again when one changes. */
const [templates, setTemplates] = createSignal<Template[]>([]);
const [isSignedOut, setSignedOut] = createSignal(false);
export { connections, isSignedOut, labels, me, members, setMe, teams, templates };

function paintFromCopy(): void {
  const text = localStorage.getItem(KEY);
  if (text === null) return;
  try {
    const copy = JSON.parse(text) as Copy;
    setMe(copy.me);
    setMembers(copy.members);
    setTeams(copy.teams);
    setLabels(copy.labels);
    setConnections(copy.connections);
  } catch {
    localStorage.removeItem(KEY);
  }
}

function keepCopy(): void {
  const self = me();
  if (!self) return;
  const copy: Copy = { me: self, members: members(), teams: teams(), labels: labels(), connections: connections() };
  localStorage.setItem(KEY, JSON.stringify(copy));
}

async function readList<T>(path: string, set: Setter<T[]>): Promise<void> {
  const items = await readAll<T>(path);
  set(() => items);
}

const READ: Record<What, () => Promise<void>> = {
  members: async () => { await Promise.all([readList<Member>("/api/v1/members", setMembers), readMe()]); },
  teams: () => readList<Team>("/api/v1/teams", setTeams),
  labels: () => readList<Label>("/api/v1/labels", setLabels),
  connections: () => readList<ConnectionView>("/api/v1/connections", setConnections),
  templates: () => readList<Template>("/api/v1/templates", setTemplates),
  settings: readMe,
  // No list of the account: the screens that show one of them hear of it by their ids.
  contacts: () => Promise.resolve(),
  pictures: readPictureSenders,
};

async function readMe(): Promise<void> {
  setMe(await api.get<Me>("/api/v1/me"));
}

/** Reads one list again after somebody changed it. A failure keeps what we have: the next change or visit repairs it. */
export async function refresh(what: What): Promise<void> {
  try {
    await READ[what]();
    keepCopy();
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
  }
}

/**
 * Who is signed in, and the short lists every screen names things from. Paints the copy first;
 * throws an `ApiProblem` only if there is nothing to show.
 */
export async function start(): Promise<void> {
  setSignedOut(false);
  if (!me()) paintFromCopy();
  try {
    await readMe();
    await Promise.all([refresh("teams"), refresh("labels"), refresh("connections"), readList<Member>("/api/v1/members", setMembers)]);
    keepCopy();
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    if (isSignedOut() || !me()) throw error;
  }
}

/** The session is over: forgets the person on this device. The shell then shows the sign-in page. */
export function signedOut(): void {
  localStorage.removeItem(KEY);
  setMe(null);
  forgetPictureSenders();
  setSignedOut(true);
}

onSignedOut(signedOut);
