import { Inbox, Plus, Star, Trash2 } from "lucide-solid";
import { createSignal, For, type JSX } from "solid-js";
import { ChannelKind } from "../../worker/contract/channel";
import { Avatar } from "./avatar";
import { Badge } from "./badge";
import { Button } from "./button";
import { ChannelIcon } from "./channel-icon";
import { Checkbox } from "./checkbox";
import { Chip } from "./chip";
import { Combobox } from "./combobox";
import { Dialog } from "./dialog";
import { EmptyState } from "./empty-state";
import { ErrorState } from "./error-state";
import { IconButton } from "./icon-button";
import { Input } from "./input";
import { Kbd } from "./kbd";
import { Menu } from "./menu";
import { Popover } from "./popover";
import { Select } from "./select";
import { Skeleton } from "./skeleton";
import { Spinner } from "./spinner";
import { Switch } from "./switch";
import { Table } from "./table";
import { Tabs } from "./tabs";
import { TextArea } from "./text-area";
import { Time } from "./time";
import { toast } from "./toast";
import { Tooltip } from "./tooltip";
import styles from "./blocks.module.css";

const OPTIONS = ["Austin", "Berlin", "Chennai", "Dakar"].map((label) => ({ value: label, label }));
const ROWS = [{ name: "Ana Ruiz", count: 12 }, { name: "A colleague with a name that is longer than its column", count: 1204 }];
const LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";

/** Every building block in both themes, for the eye. Development builds only, so its words are in no dictionary. */
export function Blocks() {
  return <main class={styles["page"]}><For each={["light", "dark"]}>{(theme) => <div class={styles["theme"]} data-theme={theme}><Shelf theme={theme} /></div>}</For></main>;
}

function Shelf(props: { theme: string }) {
  const [text, setText] = createSignal("");
  const [on, setOn] = createSignal(true);
  const [city, setCity] = createSignal<string | null>("Berlin");
  const [tab, setTab] = createSignal("recent");
  const [open, setOpen] = createSignal(false);
  return (
    <>
      <h1 class={styles["title"]}>Blocks, {props.theme}</h1>
      <Line name="Buttons">
        <Button variant="primary">Send</Button><Button>Cancel</Button><Button variant="ghost" icon={Plus}>Add</Button><Button variant="danger" icon={Trash2}>Delete</Button>
        <Button size="s">Small</Button><Button variant="primary" loading>Saving</Button><Button disabled>Disabled</Button>
        <IconButton label="Star" icon={Star} kbd="S" /><IconButton label="Starred" icon={Star} pressed /><IconButton label="Small" icon={Star} size="s" />
      </Line>
      <Line name="Fields">
        <Input label="Name" value={text()} onInput={setText} placeholder="Ana Ruiz" hint="As customers see it" /><Input label="Email" value="ana@" error="This does not look like an email address." />
        <Input label="Password" type="password" value="secret words" /><Input label="Read only" value="https://example.com/hooks" readonly />
        <TextArea label="Note" value={text()} onInput={setText} /><Select label="City" options={OPTIONS} value={city()} onChange={setCity} /><Combobox label="City, typed" options={OPTIONS} value={city()} onChange={setCity} />
        <Switch label="On" checked={on()} onChange={setOn} /><Checkbox label="Remember" hint="On this device" checked={on()} onChange={setOn} />
      </Line>
      <Line name="People and marks">
        <For each={[16, 20, 24, 32, 40, 56]}>{(size) => <Avatar name="Maya Torres" kind="contact" size={size} />}</For><Avatar name="Ana Ruiz" kind="member" online /><Avatar name="+1 512 555 0187" kind="contact" /><Avatar name="نور عبادي" kind="contact" />
        <Badge count={3} /><Badge count={140} /><Badge count={2} kind="quiet" /><Badge count={1} kind="red" /><Chip colour={1}>Repair</Chip><Chip onRemove={() => undefined}>gravel</Chip><Chip tone="amber">Due</Chip><Chip tone="red">Failed</Chip><Chip tone="green">Live</Chip><Chip tone="violet">Internal</Chip><Chip tone="accent">New</Chip>
        <For each={ChannelKind.options}>{(kind) => <ChannelIcon kind={kind} named />}</For><Kbd keys="mod+k" /><Kbd keys="escape" /><Time at={new Date().toISOString()} /><Time at="2026-01-02T09:00:00Z" /><Spinner />
      </Line>
      <Line name="What floats">
        <Menu trigger={<Button>Menu</Button>} items={[{ label: "Star", icon: Star, kbd: "S", onSelect: () => undefined }, "separator", { label: "Delete", icon: Trash2, danger: true, onSelect: () => undefined }]} />
        <Popover trigger={<Button>Popover</Button>} title="Assign"><p>Anything</p></Popover><Tooltip text="Closed windows open when the customer writes" kbd="W"><Button>Tooltip</Button></Tooltip>
        <Button onClick={() => setOpen(true)}>Dialog</Button><Button onClick={() => toast({ text: "Closed", undo: () => undefined })}>Toast</Button><Button onClick={() => toast({ text: "This could not be saved.", kind: "error" })}>Error toast</Button>
        <Dialog open={open()} onOpenChange={setOpen} title="Delete Repair?" description={`Conversations keep their words. ${LONG}`}><Button variant="danger" onClick={() => setOpen(false)}>Delete</Button></Dialog>
      </Line>
      <Tabs label="Lists" items={[{ value: "recent", label: "Recent" }, { value: "unread", label: "Unread", count: 14 }]} value={tab()} onChange={setTab} />
      <Table label={`Members, ${props.theme}`} columns={[{ key: "name", label: "Name", cell: (row) => row.name }, { key: "count", label: "Replies", end: true, cell: (row) => row.count }]} rows={ROWS} />
      <div class={styles["states"]}>
        <EmptyState icon={Inbox} title="All done" text="New conversations show up here." action={<Button>Write somebody</Button>} /><ErrorState title="The list could not be read" text={LONG} onRetry={() => undefined} />
        <div class={styles["wait"]}><Skeleton width="32px" height="32px" round /><Skeleton width="60%" /></div>
      </div>
    </>
  );
}

function Line(props: { name: string; children: JSX.Element }) {
  return <section><h2 class={styles["name"]}>{props.name}</h2><div class={styles["line"]}>{props.children}</div></section>;
}
