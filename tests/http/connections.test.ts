import { expect, it } from "vitest";
import { findConnection, openSettings, updateConnection } from "../../worker/db/connections";
import { newDesk } from "../support/conversation";

it("a name and a switch that two admins change at the same moment both hold", async () => {
  const desk = await newDesk();
  const { id } = desk.lines.twilio;
  const stale = (await findConnection(desk.account, id))!;
  expect(await updateConnection(desk.account, stale, { status: "disabled" })).toBe(true);
  expect(await updateConnection(desk.account, stale, { name: "Front desk" })).toBe(true);
  expect(await findConnection(desk.account, id)).toMatchObject({ name: "Front desk", status: "disabled" });
  expect(await openSettings(desk.account, (await findConnection(desk.account, id))!)).toEqual(await openSettings(desk.account, stale));
});

it("settings made from older ones do not undo what was stored since", async () => {
  const desk = await newDesk();
  const { id } = desk.lines.twilio;
  const stale = (await findConnection(desk.account, id))!;
  const settings = await openSettings(desk.account, stale);
  expect(await updateConnection(desk.account, stale, {}, { ...settings, authToken: "new" })).toBe(true);
  expect(await updateConnection(desk.account, stale, { name: "Late" }, { ...settings, messagingServiceSid: "MG1" })).toBe(false);
  const row = (await findConnection(desk.account, id))!;
  expect(row.name).toBe("twilio");
  expect(await openSettings(desk.account, row)).toEqual({ ...settings, authToken: "new" });
});
