import { Editor } from "@tiptap/core";
import { StarterKit, type StarterKitOptions } from "@tiptap/starter-kit";

/** What mail programs show alike; anything else that is pasted, also from Word, falls down to this. */
const KIT = { heading: false, codeBlock: false, code: false, strike: false, horizontalRule: false, underline: false, link: { openOnClick: false, autolink: true, defaultProtocol: "https", protocols: ["http", "https", "mailto", "tel"] } } satisfies Partial<StarterKitOptions>;

export interface RichOptions {
  element: HTMLElement;
  label: string;
  html: string;
  changed: (value: { html: string; text: string }) => void;
  selected: () => void;
  /** True when the key was used and must not reach the editor. */
  keyDown: (event: KeyboardEvent) => boolean;
}

export function createEditor(options: RichOptions): Editor {
  return new Editor({
    element: options.element,
    extensions: [StarterKit.configure(KIT)],
    content: options.html,
    editorProps: {
      attributes: { role: "textbox", "aria-label": options.label, "aria-multiline": "true", dir: "auto" },
      handleKeyDown: (_view, event) => options.keyDown(event),
    },
    onUpdate: ({ editor }) => options.changed({ html: editor.getHTML(), text: editor.getText({ blockSeparator: "\n" }) }),
    onTransaction: () => options.selected(),
  });
}

export type { Editor };
