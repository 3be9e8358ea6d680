import { createEffect, createSignal, on, type Accessor } from "solid-js";
import type { GroupMember } from "../../worker/contract/conversation";
import { api, ApiProblem } from "./api";

/** Who is in a group, read anew whenever `change` says that it may be another answer. Empty while it is not known, and where it is no group. */
export function createGroupPeople(group: Accessor<{ conversationId: string; change: unknown } | null>): Accessor<readonly GroupMember[]> {
  const [people, setPeople] = createSignal<readonly GroupMember[]>([]);
  createEffect(on(() => { const found = group(); return found && `${found.conversationId} ${String(found.change)}`; }, async () => {
    const asked = group();
    if (!asked) return setPeople([]);
    try {
      const { items } = await api.get<{ items: GroupMember[] }>(`/api/v1/conversations/${encodeURIComponent(asked.conversationId)}/people`);
      if (group()?.conversationId === asked.conversationId) setPeople(items);
    } catch (error) {
      // Their numbers stand for them meanwhile.
      if (!(error instanceof ApiProblem)) throw error;
    }
  }));
  return people;
}

/** Whether somebody in a group may not be written to. */
export const hasRefused = ({ consent }: GroupMember): boolean => consent === "inactive" || consent === "permanent";
