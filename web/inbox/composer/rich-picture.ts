import { Node } from "@tiptap/core";

/** A picture that travels within the mail. In the markup it is `cid:` and the file's id; on screen it is the file. */
export const picture = (urlOf: (id: string) => string | undefined) => Node.create({
  name: "picture",
  group: "inline",
  inline: true,
  draggable: true,
  addAttributes: () => ({ id: { default: "" }, alt: { default: "" } }),
  // What is pasted from elsewhere names files we do not have, or would be fetched from strangers.
  parseHTML: () => [{ tag: 'img[src^="cid:"]', getAttrs: (element) => {
    const id = element.getAttribute("src")?.slice("cid:".length) ?? "";
    return urlOf(id) !== undefined && { id, alt: element.getAttribute("alt") ?? "" };
  } }],
  renderHTML: ({ node }) => ["img", { src: `cid:${String(node.attrs["id"])}`, alt: String(node.attrs["alt"]), style: "max-width: 100%; height: auto" }],
  addNodeView: () => ({ node }) => {
    const dom = document.createElement("img");
    dom.src = urlOf(String(node.attrs["id"])) ?? "";
    dom.alt = String(node.attrs["alt"]);
    return { dom };
  },
});
