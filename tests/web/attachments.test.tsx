import { fireEvent, screen } from "@solidjs/testing-library";
import { createRoot } from "solid-js";
import { describe, expect, it } from "vitest";
import { createUploads, type Put } from "../../web/inbox/composer/uploads";
import { entry } from "./inbox-fixtures";
import { atWork, file, show } from "./thread-stage";

const world = atWork();

describe("a file in the thread", () => {
  it.each([
    ["gone", /does not have it any more/, true], ["unreachable", /Could not be fetched/, true], ["too-large", /Larger than this inbox takes in/, false], [undefined, /Could not be fetched/, true],
  ] as const)("that could not be fetched (%s) says why, and offers another try where one may help", (problem, sentence, isOffered) => {
    show(entry(1, 1, { text: "", attachments: [file("application/pdf", { name: "plan.pdf", state: "failed", ...(problem && { problem }) })] }));
    expect(screen.getByText(sentence)).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Try again" }) !== null).toBe(isOffered);
  });

  it("is fetched again with one click", async () => {
    const failed = entry(1, 1, { text: "", attachments: [file("application/pdf", { name: "plan.pdf", state: "failed", problem: "unreachable" })] });
    world.answer = () => ({ status: 200, body: { ...failed, rev: 2, attachments: [file("application/pdf", { name: "plan.pdf", state: "fetching" })] } });
    show(failed);
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    await screen.findByText("Being fetched from the channel");
    expect(world.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([`POST /api/v1/conversations/c1/entries/${failed.id}/attachments/a1/retry`]);
  });

  it("that is a picture nobody can show becomes a file to download", async () => {
    show(entry(1, 1, { text: "", attachments: [file("image/png", { name: "huge.png" })] }));
    fireEvent.error(screen.getByRole("button", { name: "View huge.png" }).querySelector("img")!);
    expect((await screen.findByRole("link", { name: "Download huge.png" })).textContent).toContain("cannot be shown here");
  });
});

it("closing the page while a file is on its way is asked about, and only then", async () => {
  let arrive!: (file: Awaited<ReturnType<Put>>) => void;
  await createRoot(async (dispose) => {
    const uploads = createUploads({ put: () => new Promise((resolve) => { arrive = resolve; }), refuse: () => null, stored: () => undefined });
    const isAsked = () => !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
    await Promise.resolve();
    expect(isAsked()).toBe(false);
    uploads.add([new File(["x"], "a.txt")]);
    expect(isAsked()).toBe(true);
    arrive(file("text/plain"));
    await Promise.resolve().then(() => Promise.resolve());
    expect([uploads.busy(), isAsked()]).toEqual([false, false]);
    dispose();
  });
});
