import { For, Show, type JSX } from "solid-js";
import styles from "./table.module.css";

export interface Column<Row> {
  key: string;
  label: string;
  /** Numbers stand at the end. */
  end?: boolean;
  /** Given up first when there is little room. */
  rare?: boolean;
  cell: (row: Row) => JSX.Element;
}

/** Rows and columns on the sheet, divided by hairlines. `label` is its name. */
export function Table<Row>(props: { label: string; columns: readonly Column<Row>[]; rows: readonly Row[] }) {
  return (
    <div class={styles["scroll"]} role="region" aria-label={props.label} tabIndex={0}>
      <table class={styles["table"]}>
        <thead><tr><For each={props.columns}>{(column) => <th scope="col" classList={{ [styles["end"]!]: column.end, [styles["rare"]!]: column.rare }}><Show when={column.label} fallback={<span class={styles["unseen"]}>{column.key}</span>}>{column.label}</Show></th>}</For></tr></thead>
        <tbody><For each={props.rows}>{(row) => (
          <tr><For each={props.columns}>{(column) => <td classList={{ [styles["end"]!]: column.end, [styles["rare"]!]: column.rare }}>{column.cell(row)}</td>}</For></tr>
        )}</For></tbody>
      </table>
    </div>
  );
}
