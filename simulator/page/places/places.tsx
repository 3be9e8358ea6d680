import { Ellipsis, Star } from "lucide-solid";
import { createEffect, createSignal, For, on, onCleanup, Show } from "solid-js";
import type { WorldConnection } from "../../api";
import type { Review } from "../../google/review";
import { Avatar } from "../../../web/ui/avatar";
import { Button } from "../../../web/ui/button";
import { Menu } from "../../../web/ui/menu";
import type { Persona } from "../personas";
import { clock, type World } from "../world";
import styles from "./places.module.css";

/** Reviews lie on nobody's phone: they are asked for. */
const ASK_MS = 2_000;
const STARS = [1, 2, 3, 4, 5] as const;
const COUNT: Readonly<Record<string, number>> = { ONE: 1, TWO: 2, THREE: 3, FOUR: 4, FIVE: 5 };
const PUBLIC: readonly string[] = ["APPROVED", "ACTIVE"];

const starsOf = ({ starRating }: Review): number => COUNT[starRating] ?? 0;

interface Props { world: World; persona: Persona; place: WorldConnection; onProblem: (text: string) => void }

/** A place on the map with its reviews, as everybody sees them. Who holds the phone may write one, change it and take it away. */
export function Places(props: Props) {
  const [all, setAll] = createSignal<readonly Review[]>([]);
  const [writing, setWriting] = createSignal(false);
  const reviews = () => all().filter(({ name }) => name.startsWith(`${props.place.address}/`)).toSorted((a, b) => b.updateTime.localeCompare(a.updateTime));
  const mine = () => reviews().find(({ reviewer }) => reviewer.displayName === props.persona.name);
  const rated = () => reviews().filter((one) => starsOf(one) > 0);
  const average = () => rated().reduce((sum, one) => sum + starsOf(one), 0) / Math.max(1, rated().length);
  const title = () => (typeof props.place.secrets["placeName"] === "string" ? props.place.secrets["placeName"] : props.place.address);

  async function look() {
    if (!document.hidden) setAll(await props.world.reviews().catch(() => all()));
  }
  const timer = setInterval(() => void look(), ASK_MS);
  onCleanup(() => clearInterval(timer));
  createEffect(on(() => props.persona, () => { setWriting(false); void look(); }));

  const act = async (change: { kind?: "delete" | "reply"; from?: string; stars?: number; text?: string }) => {
    try {
      await props.world.review({ from: props.persona.email, name: props.persona.name, ...change });
      await look();
    } catch (error) {
      props.onProblem(error instanceof Error ? error.message : String(error));
    }
  };
  async function post(stars: number, text: string) {
    setWriting(false);
    await act({ stars, text });
  }

  return (
    <div class={styles["place"]}>
      <header class={styles["head"]}>
        <b>{title()}</b>
        <span class={styles["sum"]}>
          <Show when={rated().length > 0} fallback="No reviews yet">{average().toFixed(1)}<Stars count={Math.round(average())} /><span>({reviews().length})</span></Show>
        </span>
      </header>
      <div class={styles["scroll"]}>
        <Show when={writing()} fallback={<Show when={!mine()}><div class={styles["ask"]}><Button size="s" icon={Star} onClick={() => setWriting(true)}>Write a review</Button></div></Show>}>
          <Writer before={mine()} onPost={(stars, text) => void post(stars, text)} onCancel={() => setWriting(false)} />
        </Show>
        <ul class={styles["reviews"]} aria-label="Reviews">
          <For each={reviews()}>{(review) => (
            <li>
              <div class={styles["who"]}>
                <Avatar name={review.reviewer.displayName} kind="contact" size={24} />
                <span class={styles["name"]}><b dir="auto">{review.reviewer.displayName}</b><small><Stars count={starsOf(review)} /> {clock(review.updateTime)}{review.updateTime === review.createTime ? "" : ", edited"}</small></span>
                <Show when={review === mine() && !writing()}>
                  <Menu trigger={<button type="button" class={styles["more"]} aria-label="About your review"><Ellipsis size={16} /></button>} items={[{ label: "Edit", onSelect: () => setWriting(true) }, { label: "Delete", danger: true, onSelect: () => void act({ kind: "delete" }) }]} />
                </Show>
              </div>
              <Show when={review.comment}>{(words) => <p dir="auto">{words()}</p>}</Show>
              <Show when={review.reviewReply}>{(reply) => <Answer reply={reply()} />}</Show>
            </li>
          )}</For>
        </ul>
      </div>
    </div>
  );
}

/** Everybody reads the owner's answer once Google has let it through; until then only this page knows of it. */
function Answer(props: { reply: NonNullable<Review["reviewReply"]> }) {
  const isPublic = () => PUBLIC.includes(props.reply.reviewReplyState);
  const why = () => (props.reply.reviewReplyState === "REJECTED" ? `Google rejected the owner’s answer${props.reply.policyViolation ? ` (${props.reply.policyViolation})` : ""}: nobody sees it.` : "Google is checking the owner’s answer: nobody sees it yet.");
  return (
    <Show when={isPublic()} fallback={<p class={styles["hidden"]}>{why()}</p>}>
      <blockquote class={styles["answer"]}><b>Response from the owner</b><small>{clock(props.reply.updateTime)}</small><p dir="auto">{props.reply.comment}</p></blockquote>
    </Show>
  );
}

const Stars = (props: { count: number }) => (
  <span class={styles["stars"]} role="img" aria-label={`${props.count} of 5 stars`}><For each={STARS}>{(nth) => <Star size={12} aria-hidden="true" fill={nth <= props.count ? "currentColor" : "none"} />}</For></span>
);

function Writer(props: { before: Review | undefined; onPost: (stars: number, text: string) => void; onCancel: () => void }) {
  const [stars, setStars] = createSignal(props.before ? starsOf(props.before) : 5);
  const [text, setText] = createSignal(props.before?.comment ?? "");
  return (
    <form class={styles["writer"]} onSubmit={(event) => { event.preventDefault(); props.onPost(stars(), text().trim()); }}>
      <fieldset class={styles["pick"]}>
        <legend>Your stars</legend>
        <For each={STARS}>{(nth) => (
          <label><input type="radio" name="stars" checked={stars() === nth} onChange={() => setStars(nth)} aria-label={`${nth} of 5 stars`} /><Star size={24} aria-hidden="true" fill={nth <= stars() ? "currentColor" : "none"} /></label>
        )}</For>
      </fieldset>
      <textarea rows={4} aria-label="Your review" placeholder="What was it like?" value={text()} onInput={(event) => setText(event.currentTarget.value)} />
      <div class={styles["foot"]}><Button size="s" variant="ghost" onClick={() => props.onCancel()}>Cancel</Button><Button size="s" variant="primary" type="submit">Post in public</Button></div>
    </form>
  );
}
