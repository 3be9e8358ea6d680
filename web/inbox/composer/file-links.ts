import { createSignal } from "solid-js";
import type { Attachment, Draft } from "../../../worker/contract/entry";
import type { FileLink } from "../../../worker/contract/file";
import type { LinkDays } from "../../../worker/contract/file-limits";
import { escaped } from "./rich-html";
import type { ComposerSession } from "./session";

/** What every link of ours has in it, so that a draft without one asks nobody. */
const LINK_MARK = "/media/s/";

const inText = (text: string, { name, url }: FileLink) => [text.trimEnd(), `${name}: ${url}`].filter(Boolean).join("\n\n");

/** The editor nests no paragraphs. */
const PARAGRAPH = /<p\b[^>]*>.*?<\/p>/gs;

/** The words with the link below them; `html` only where the draft has formatting. */
export function withLink({ text, html }: Pick<Draft, "text" | "html">, link: FileLink): Pick<Draft, "text" | "html"> {
  if (html === undefined) return { text: inText(text, link) };
  const url = escaped(link.url);
  return { text: inText(text, link), html: `${html}<p>${escaped(link.name)}: <a href="${url}">${url}</a></p>` };
}

/** The words without the line that holds the link. */
export function withoutLink({ text, html }: Pick<Draft, "text" | "html">, { url }: Pick<FileLink, "url">): Pick<Draft, "text" | "html"> {
  const plain = text.split("\n").filter((line) => !line.includes(url)).join("\n").replace(/\n{3,}/g, "\n\n").trimEnd();
  if (html === undefined) return { text: plain };
  return { text: plain, html: html.replace(PARAGRAPH, (paragraph) => (paragraph.includes(escaped(url)) ? "" : paragraph)) };
}

/** The file links that stand in a reply. `put` writes the words; a link that was taken out opens nothing any more. */
export function createFileLinks({ session, draft, put }: { session: ComposerSession; draft: Draft; put: (words: Pick<Draft, "text" | "html">) => void }) {
  const [known, setKnown] = createSignal<readonly FileLink[]>([]);
  let asked = false;

  /** Those that stand in the words now. A draft from before a reload has them from the server. */
  function shown(): readonly FileLink[] {
    if (!draft.text.includes(LINK_MARK) && !draft.html?.includes(LINK_MARK)) return [];
    const found = known().filter(({ url }) => draft.text.includes(url) || draft.html?.includes(url));
    if (!asked) void ask();
    return found;
  }

  async function ask() {
    asked = true;
    const links = await session.fileLinks().catch(() => []);
    setKnown((before) => [...before, ...links.filter(({ id }) => !before.some((one) => one.id === id))]);
  }

  /** Makes an upload a link in the words. */
  async function add(file: Attachment, days: LinkDays): Promise<void> {
    const link = await session.linkFile(file.id, days);
    setKnown((links) => [...links, link]);
    put(withLink(draft, link));
  }

  async function remove(link: FileLink): Promise<void> {
    await session.takeBackLink(link.id);
    setKnown((links) => links.filter(({ id }) => id !== link.id));
    put(withoutLink(draft, link));
  }

  return { shown, add, remove };
}
