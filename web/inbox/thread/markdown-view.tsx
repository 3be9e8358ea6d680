import { For, Match, Switch } from "solid-js";
import { parseLinks, parseMarkdown, type Block, type Inline } from "./markdown";
import styles from "./entry.module.css";

/** A comment's words. Elements are made from the tree, so no text can become markup. */
export function MarkdownView(props: { text: string }) {
  return <For each={parseMarkdown(props.text)}>{(block) => <BlockView block={block} />}</For>;
}

/** A customer's words as they wrote them; addresses can be opened. */
export function PlainText(props: { text: string }) {
  return <Inlines of={parseLinks(props.text)} />;
}

function BlockView(props: { block: Block }) {
  const { block } = props;
  switch (block.type) {
    case "code": return <pre class={styles["code-block"]} tabindex="0">{block.text}</pre>;
    case "quote": return <blockquote class={styles["quote"]}><Inlines of={block.children} /></blockquote>;
    case "paragraph": return <p><Inlines of={block.children} /></p>;
    case "list": {
      const items = <For each={block.items}>{(item) => <li><Inlines of={item} /></li>}</For>;
      return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
  }
}

function Inlines(props: { of: readonly Inline[] }) {
  return (
    <For each={props.of}>{(inline) => (
      <Switch>
        <Match when={inline.type === "text" && inline}>{(it) => <>{it().text}</>}</Match>
        <Match when={inline.type === "code" && inline}>{(it) => <code class={styles["code"]}>{it().text}</code>}</Match>
        <Match when={inline.type === "strong" && inline}>{(it) => <strong><Inlines of={it().children} /></strong>}</Match>
        <Match when={inline.type === "em" && inline}>{(it) => <em><Inlines of={it().children} /></em>}</Match>
        <Match when={inline.type === "mention" && inline}>{(it) => <span class={styles["mention"]}>{it().text}</span>}</Match>
        <Match when={inline.type === "link" && inline}>{(it) => <a class={styles["link"]} href={it().href} target="_blank" rel="noopener noreferrer"><Inlines of={it().children} /></a>}</Match>
      </Switch>
    )}</For>
  );
}
