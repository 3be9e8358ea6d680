import { Editor } from "@tiptap/core";
import { TextSelection } from "@tiptap/pm/state";
import { picture } from "./rich-picture";
import { StarterKit, type StarterKitOptions } from "@tiptap/starter-kit";

/** What mail programs show alike; anything else that is pasted, also from Word, falls down to this. */
const KIT = { heading: false, codeBlock: false, code: false, strike: false, horizontalRule: false, underline: false, link: { openOnClick: false, autolink: true, defaultProtocol: "https", protocols: ["http", "https", "mailto", "tel"] } } satisfies Partial<StarterKitOptions>;

export interface RichOptions {
  element: HTMLElement;
  label: string;
  html: string;
  /** Where a picture of the words is to be had; none: it is no file of these words. */
  picture: (id: string) => string | undefined;
  /** Pictures that were pasted or dropped here. False: this text takes none. */
  pictures: (data: DataTransfer) => "taken" | "words" | "none";
  changed: (value: { html: string; text: string }) => void;
  selected: () => void;
  /** True when the key was used and must not reach the editor. */
  keyDown: (event: KeyboardEvent) => boolean;
}

export function createEditor(options: RichOptions): Editor {
  return new Editor({
    element: options.element,
    extensions: [StarterKit.configure(KIT), picture(options.picture)],
    content: options.html,
    // Each paragraph by its own words: the mail says so to whoever reads it, too.
    textDirection: "auto",
    editorProps: {
      attributes: { role: "textbox", "aria-label": options.label, "aria-multiline": "true", dir: "auto" },
      handleKeyDown: (_view, event) => options.keyDown(event),
      handlePaste: (_view, event) => {
        const taken = event.clipboardData ? options.pictures(event.clipboardData) : "none";
        if (taken === "taken") event.preventDefault();
        return taken === "taken";
      },
      handleDrop: (view, event, _slice, isMoved) => {
        if (isMoved || !event.dataTransfer || event.dataTransfer.files.length === 0) return false;
        const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
        if (options.pictures(event.dataTransfer) !== "taken") return false;
        if (at) view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(at.pos))));
        event.preventDefault();
        return true;
      },
    },
    onUpdate: ({ editor }) => options.changed({ html: editor.getHTML(), text: editor.getText({ blockSeparator: "\n" }) }),
    onTransaction: () => options.selected(),
  });
}

export type { Editor };
