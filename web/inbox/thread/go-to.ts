/** Until a chunk that came near is drawn; half a second on a slow machine. */
const DRAW_FRAMES = 30;

const nextFrame = () => new Promise<void>((resolve) => { requestAnimationFrame(() => resolve()); });

/**
 * Brings an entry of the timeline to the middle of the screen and marks it. `chunk` is the key of its chunk, which may be
 * far from the screen and then holds nothing yet. Null: it is not there.
 */
export async function bringIntoView(scroller: HTMLElement, entryId: string, chunk: string | null): Promise<HTMLElement | null> {
  const find = () => scroller.querySelector<HTMLElement>(`[data-entry="${CSS.escape(entryId)}"]`);
  if (!find() && chunk !== null) {
    scroller.querySelector(`[data-chunk="${CSS.escape(chunk)}"]`)?.scrollIntoView({ block: "center" });
    for (let frame = 0; frame < DRAW_FRAMES && !find(); frame++) await nextFrame();
  }
  const target = find();
  if (!target) return null;
  target.scrollIntoView({ block: "center" });
  // Taken away and read once, so that the mark is shown again on the second visit.
  target.removeAttribute("data-found");
  target.getBoundingClientRect();
  target.setAttribute("data-found", "");
  return target;
}
