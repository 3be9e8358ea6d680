import { describe, expect, it } from "vitest";
import { whatsapp } from "../../worker/channels/whatsapp";
import { Template, type TemplateDraft } from "../../worker/contract/template";
import { NOW, refusal, says, scripted } from "../support/meta-channel";
import { connect, hookOf, receiveBody, SETTINGS } from "../support/whatsapp";

const BODY = { type: "BODY", text: "Your order {{1}} is on its way." };
const listed = (change: object = {}) => ({ id: "1", name: "order_update", status: "APPROVED", category: "UTILITY", language: "en_US", parameter_format: "POSITIONAL", components: [BODY], quality_score: { score: "GREEN", date: 1 }, rejected_reason: "NONE", ...change });
const page = (data: unknown[], after?: string) => says(200, { data, paging: { cursors: { before: "b", after: after ?? "end" }, ...(after && { next: `https://graph.facebook.com/v25.0/x?after=${after}&access_token=leak` }) } });
const list = (...answers: Parameters<typeof scripted>) => whatsapp.templates!.list(connect(), scripted(...answers));
const one = async (change: object) => (await list(page([listed(change)])))[0]!;

describe("the list of templates", () => {
  it("is read page by page, to its end", async () => {
    const io = scripted(page([listed()], "c1"), page([listed({ id: "2" })], "c2"), page([listed({ id: "3" })]));
    expect((await whatsapp.templates!.list(connect(), io)).map(({ externalId }) => externalId)).toEqual(["1", "2", "3"]);
    expect(io.sent.map(({ url }) => url.searchParams.get("after"))).toEqual([null, "c1", "c2"]);
    expect(io.sent[0]!.url.pathname).toBe(`/v25.0/${SETTINGS.wabaId}/message_templates`);
    // The next page's address bears a token: ours is made anew, so no token ever stands in a URL.
    for (const { url } of io.sent) expect(url.href).not.toMatch(/access_token|leak/);
  });

  it("is all or nothing: half of it would look like deleted templates", async () => {
    await expect(list(page([listed()], "c1"), refusal(4))).rejects.toThrow("4");
    await expect(list(page([listed()], "c1"), says(502, "<html>"))).rejects.toThrow();
  });

  it("that goes round in circles ends", async () => expect(await list(page([listed()], "same"), page([listed({ id: "2" })], "same"))).toHaveLength(2));

  it("leaves out what is no template and keeps the rest", async () => expect(await list(page([null, {}, { id: "1" }, listed({ category: "SOMETHING" }), listed()]))).toHaveLength(1));

  it("keeps all that a person sees of a template", async () =>
    expect(await one({ components: [
      { type: "HEADER", format: "TEXT", text: "Sale {{1}}" }, BODY, { type: "FOOTER", text: "Bye" },
      { type: "BUTTONS", buttons: [{ type: "QUICK_REPLY", text: "Yes" }, { type: "URL", text: "See", url: "https://a.example/{{1}}" }, { type: "PHONE_NUMBER", text: "Call", phone_number: "+1555" }, { type: "COPY_CODE", text: "Copy" }, { type: "FLOW", text: "Form" }] },
    ] })).toEqual({
      externalId: "1", name: "order_update", language: "en_US", category: "utility", status: "approved", quality: "high", reason: null, named: false,
      parts: {
        header: { format: "text", text: "Sale {{1}}" }, body: BODY.text, footer: "Bye",
        buttons: [{ type: "quick-reply", text: "Yes", url: null, phone: null }, { type: "url", text: "See", url: "https://a.example/{{1}}", phone: null }, { type: "phone", text: "Call", url: null, phone: "+1555" }, { type: "copy-code", text: "Copy", url: null, phone: null }, { type: "other", text: "Form", url: null, phone: null }],
      },
    }));

  it("is of the contract", async () => {
    const { externalId, ...template } = await one({ components: [{ type: "HEADER", format: "IMAGE", example: {} }, BODY] });
    expect(externalId).toBe("1");
    expect(Template.parse({ ...template, id: "t", connectionId: "c", variables: [], updatedAt: new Date(NOW).toISOString() })).toMatchObject({ parts: { header: { format: "image", text: null } } });
  });

  it.each([["APPROVED", "approved"], ["PENDING", "pending"], ["IN_APPEAL", "pending"], ["REJECTED", "rejected"], ["LIMIT_EXCEEDED", "rejected"], ["PAUSED", "paused"], ["DISABLED", "disabled"], ["PENDING_DELETION", "disabled"], ["SOMETHING_NEW", "pending"], ["constructor", "pending"]])("%s is %s", async (status, ours) => expect((await one({ status })).status).toBe(ours));

  it.each([["GREEN", "high"], ["YELLOW", "medium"], ["RED", "low"], ["UNKNOWN", "unknown"]])("%s quality is %s", async (score, ours) => expect((await one({ quality_score: { score } })).quality).toBe(ours));

  it("says why one was refused", async () => expect(await one({ status: "REJECTED", rejected_reason: "TAG_CONTENT_MISMATCH" })).toMatchObject({ status: "rejected", reason: "tag content mismatch" }));

  it.each([[{ type: "CAROUSEL", cards: [] }], [{ type: "LIMITED_TIME_OFFER" }], [{ type: "HEADER", format: "PRODUCT" }]])("one with %j cannot be chosen, and says why", async (component) =>
    expect(await one({ components: [component, BODY] })).toMatchObject({ status: "disabled", reason: expect.stringContaining("cannot be sent"), parts: { body: BODY.text } }));
});

describe("a new template", () => {
  const DRAFT: TemplateDraft = {
    connectionId: "cn_1", name: "order_update", language: "en_US", category: "utility", examples: { "header.1": "today", "body.1": "4821", "body.2": "Ada", "button.1": "4821", "button.3": "SAVE10" },
    parts: { header: { format: "text", text: "Sale {{1}}" }, body: "Order {{1}} for {{2}}.", footer: "Bye", buttons: [
      { type: "quick-reply", text: "Yes", url: null, phone: null }, { type: "url", text: "See", url: "https://a.example/{{1}}", phone: null },
      { type: "phone", text: "Call", url: null, phone: "+15551234567" }, { type: "copy-code", text: "Copy", url: null, phone: null },
    ] },
  };
  const create = (draft: TemplateDraft, ...answers: Parameters<typeof scripted>) => {
    const io = scripted(...(answers.length > 0 ? answers : [says(200, { id: "99", status: "PENDING", category: "UTILITY" })]));
    return { io, made: whatsapp.templates!.create(draft, connect(), io) };
  };
  const parts = (change: Partial<TemplateDraft["parts"]>, rest: Partial<TemplateDraft> = {}): TemplateDraft => ({ ...DRAFT, ...rest, parts: { header: null, body: "Hello.", footer: null, buttons: [], ...change } });

  it("goes to the reviewers with an example for every variable", async () => {
    const { io, made } = create(DRAFT);
    expect(await made).toEqual({ ok: true, externalId: "99", status: "pending" });
    expect(io.sent[0]).toMatchObject({ method: "POST" });
    expect(io.sent[0]!.body).toEqual({ name: "order_update", language: "en_US", category: "UTILITY", parameter_format: "POSITIONAL", components: [
      { type: "HEADER", format: "TEXT", text: "Sale {{1}}", example: { header_text: ["today"] } },
      { type: "BODY", text: "Order {{1}} for {{2}}.", example: { body_text: [["4821", "Ada"]] } },
      { type: "FOOTER", text: "Bye" },
      { type: "BUTTONS", buttons: [{ type: "QUICK_REPLY", text: "Yes" }, { type: "URL", text: "See", url: "https://a.example/{{1}}", example: ["https://a.example/4821"] }, { type: "PHONE_NUMBER", text: "Call", phone_number: "+15551234567" }, { type: "COPY_CODE", example: "SAVE10" }] },
    ] });
  });

  it("with names gives the examples by name", async () => {
    const { io, made } = create(parts({ body: "Order {{order}}." }, { examples: { "body.order": "4821" } }));
    await made;
    expect(io.sent[0]!.body).toMatchObject({ parameter_format: "NAMED", components: [{ type: "BODY", example: { body_text_named_params: [{ param_name: "order", example: "4821" }] } }] });
  });

  it("without variables needs no examples", async () => {
    const { io, made } = create(parts({ header: { format: "location", text: null } }, { examples: {} }));
    await made;
    expect((io.sent[0]!.body as { components: unknown }).components).toEqual([{ type: "HEADER", format: "LOCATION" }, { type: "BODY", text: "Hello." }]);
  });

  it.each<[string, TemplateDraft, RegExp]>([
    ["without an example", parts({ body: "Order {{1}}." }, { examples: {} }), /example for every variable.*body\.1/],
    ["with a picture on top", parts({ header: { format: "image", text: null } }), /WhatsApp Manager/],
    ["for authentication", parts({}, { category: "authentication" }), /WhatsApp Manager/],
    ["with a button of an unknown kind", parts({ buttons: [{ type: "other", text: "x", url: null, phone: null }] }), /WhatsApp Manager/],
  ])("%s is not tried, and the sentence says what to do", async (_name, draft, sentence) => {
    const { io, made } = create(draft);
    expect(await made).toEqual({ ok: false, sentence: expect.stringMatching(sentence) });
    expect(io.sent).toEqual([]);
  });

  it("that WhatsApp refuses says so in WhatsApp's words", async () =>
    expect(await create(DRAFT, says(400, { error: { code: 100, error_subcode: 2_388_024, message: "Invalid parameter", error_user_msg: "There is already English content for this template." } })).made).toEqual({ ok: false, sentence: "WhatsApp did not take the template: There is already English content for this template." }));

  it("whose answer is lost is not called made", async () => expect(create(DRAFT, says(502, "<html>")).made).rejects.toThrow());
});

describe("news of a template", () => {
  const NAMED = { message_template_id: 1, message_template_name: "promo", message_template_language: "pt-BR" };
  const news = async (field: string, value: object) => (await receiveBody(hookOf({ ...NAMED, ...value }, field, { time: NOW / 1_000 - 60 })))[0];

  it.each([
    ["message_template_quality_update", { previous_quality_score: "GREEN", new_quality_score: "RED" }, { quality: "low" }],
    ["message_template_quality_update", { new_quality_score: "UNKNOWN" }, { quality: "unknown" }],
    ["template_category_update", { previous_category: "UTILITY", new_category: "MARKETING" }, { category: "marketing" }],
    ["message_template_status_update", { event: "FLAGGED", reason: "NONE" }, { quality: "low" }],
    ["message_template_status_update", { event: "REINSTATED", reason: "NONE" }, { status: "approved", reason: null }],
    ["message_template_status_update", { event: "DISABLED", reason: "ABUSIVE_CONTENT" }, { status: "disabled", reason: "abusive content" }],
    ["message_template_status_update", { event: "DELETED", reason: null }, { status: "disabled", reason: null }],
    ["message_template_status_update", { event: "LOCKED" }, {}],
  ])("%s %j is told as %j", async (field, value, told) =>
    expect(await news(field, value)).toEqual({ kind: "template", externalId: "1", name: "promo", language: "pt_BR", at: NOW - 60_000, ...told }));

  it("keeps every digit of an id that is longer than numbers are exact", async () =>
    expect(await receiveBody(JSON.stringify(hookOf({ ...NAMED, event: "APPROVED" }, "message_template_status_update")).replace('"message_template_id":1', '"message_template_id":12345678901234567890'))).toMatchObject([{ externalId: "12345678901234567890" }]));

  it.each(["message_template_status_update", "message_template_quality_update", "template_category_update"])("%s that names none leaves a trace", async (field) =>
    expect(await receiveBody(hookOf({ event: "APPROVED" }, field))).toMatchObject([{ kind: "other", label: field }]));
});

describe("news of the account", () => {
  const told = (field: string, value: object) => receiveBody(hookOf(value, field));
  const OURS = { display_phone_number: "1 555-078-3881" };

  it.each<[string, object, string, RegExp]>([
    ["account_update", { event: "ACCOUNT_VIOLATION", violation_info: { violation_type: "SCAM" } }, "violation", /broke its rules \(scam\)/],
    ["account_update", { event: "ACCOUNT_RESTRICTION", restriction_info: [{ restriction_type: "RESTRICTED_BIZ_INITIATED_MESSAGING", expiration: 1 }] }, "restriction", /restricted biz initiated messaging/],
    ["account_update", { event: "DISABLED_UPDATE", ban_info: { waba_ban_state: "DISABLE" } }, "disabled", /has disabled/],
    ["account_update", { event: "DISABLED_UPDATE", ban_info: { waba_ban_state: "SCHEDULE_FOR_DISABLE" } }, "disabled", /going to disable/],
    ["account_update", { event: "ACCOUNT_DELETED" }, "removed", /was removed/],
    ["account_review_update", { decision: "REJECTED" }, "review-rejected", /did not approve/],
    ["account_alerts", { alert_severity: "CRITICAL", alert_description: "Pay the bill." }, "alert", /^Pay the bill\.$/],
    ["account_alerts", { entity_type: "WABA", alert_info: { alert_severity: "WARNING", alert_description: "Verify the business." } }, "alert", /^Verify the business\.$/],
    ["phone_number_quality_update", { ...OURS, event: "FLAGGED" }, "flagged", /quality as low/],
    ["phone_number_quality_update", { ...OURS, event: "DOWNGRADE" }, "downgrade", /lowered/],
    ["phone_number_name_update", { ...OURS, decision: "REJECTED", rejection_reason: "NAME_EMPLOYEE_ENTITY" }, "name-rejected", /display name \(name employee entity\)/],
  ])("%s %j reaches the admins", async (field, value, code, sentence) => expect(await told(field, value)).toEqual([{ kind: "notice", code, sentence: expect.stringMatching(sentence), at: NOW }]));

  it.each<[string, object]>([
    ["account_update", { event: "DISABLED_UPDATE", ban_info: { waba_ban_state: "REINSTATE" } }], ["account_update", { event: "VERIFIED_ACCOUNT" }], ["account_review_update", { decision: "APPROVED" }],
    ["account_alerts", { alert_severity: "INFORMATIONAL", alert_description: "All is well." }], ["phone_number_quality_update", { ...OURS, event: "THROUGHPUT_UPGRADE" }], ["phone_number_name_update", { ...OURS, decision: "APPROVED" }],
    ["business_capability_update", { max_daily_conversations_per_business: "TIER_2K" }], ["constructor", {}], ["account_update", []],
  ])("%s %j is only noted", async (field, value) => expect(await told(field, value)).toMatchObject([{ kind: "other", label: expect.stringContaining(field), at: NOW }]));

  it("about another of its numbers is that number's business", async () =>
    expect(await told("phone_number_quality_update", { display_phone_number: "15550000002", event: "FLAGGED" })).toEqual([]));
});
