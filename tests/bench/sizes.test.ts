import { beforeAll, describe, expect, it } from "vitest";
import { buildScreens, root } from "../../scripts/build.ts";
import { limitOf } from "./goals.ts";
import { inboxSizes, widgetSizes, workerBytes } from "./sizes.ts";

const dist = `${root}web/dist`;
beforeAll(() => buildScreens());

describe("what a browser has to fetch stays small", () => {
  it("the loader on a customer's page", () => expect(widgetSizes(dist).loader).toBeLessThanOrEqual(limitOf("loaderBytes")));
  it("the opened widget", () => expect(widgetSizes(dist).widget.bytes).toBeLessThanOrEqual(limitOf("widgetBytes")));
  it("the inbox until its list can be used", () => expect(inboxSizes(dist).list.bytes).toBeLessThanOrEqual(limitOf("listBytes")));
  it("the sign-in page", () => expect(inboxSizes(dist).signIn.bytes).toBeLessThanOrEqual(limitOf("signInBytes")));
});

it("the Worker loads quickly because it is small", async () => expect(await workerBytes(root)).toBeLessThanOrEqual(limitOf("workerBytes")));
