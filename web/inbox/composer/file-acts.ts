import type { Attachment } from "../../../worker/contract/entry";
import type { FileLink } from "../../../worker/contract/file";
import type { LinkDays } from "../../../worker/contract/file-limits";
import { t } from "../../lib/i18n";
import { toast } from "../../ui/toast";
import type { ReplyDraft } from "./reply";
import type { ComposerSession } from "./session";
import { shrinkImage, smallerCopy } from "./shrink";
import type { Upload } from "./uploads";

/** What one click does with a file of a reply: an upload has not been taken yet, a stored one is a part of the draft. */
export function fileActs(session: ComposerSession, reply: ReplyDraft) {
  const say = (text: string) => toast({ text, kind: "error" });
  const remove = (id: string) => reply.change({ attachments: (reply.draft.attachments ?? []).filter((file) => file.id !== id) });

  return {
    remove,
    /** `max` in bytes, here and below. */
    shrink: async (upload: Upload, max: number) => {
      const smaller = await shrinkImage(upload.file, max).catch(() => null);
      if (smaller) reply.uploads.swap(upload.id, smaller);
      else say(t("composer.file.cannot-shrink", { name: upload.name }));
    },
    shrinkStored: async (file: Attachment, max: number) => {
      const smaller = await smallerCopy(file, max).catch(() => null);
      if (!smaller) return say(t("composer.file.cannot-shrink", { name: file.name }));
      remove(file.id);
      reply.uploads.add([smaller]);
    },
    link: (upload: Upload, days: LinkDays) =>
      reply.uploads.go(upload.id, { put: (file, progress, signal) => session.upload(file, progress, signal, "link"), done: (file) => reply.links.add(file, days) }),
    linkStored: async (file: Attachment, days: LinkDays) => {
      try {
        await reply.links.add(file, days);
        remove(file.id);
      } catch {
        say(t("composer.file.link-failed", { name: file.name }));
      }
    },
    takeLinkBack: async (one: FileLink) => {
      try {
        await reply.links.remove(one);
      } catch {
        say(t("composer.file.link-stays", { name: one.name }));
      }
    },
  };
}
