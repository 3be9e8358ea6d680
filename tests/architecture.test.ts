import { describe, expect, it } from "vitest";
import { ChannelKind } from "../worker/contract/channel";
import { channels } from "../worker/channels/registry";
import { isNode, lineOf, sources, type Node, type Source } from "./support/sources";

const SERVER = ["contract", "domain", "platform", "channels", "db", "flows"].map((name) => `worker/${name}`);
/** Folder → the folders whose values it may use. The longest match wins; its own folder is always allowed, types are free. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  "worker/contract": [],
  "worker/domain": ["worker/contract"],
  "worker/platform": ["worker/contract"],
  "worker/channels": ["worker/contract", "worker/domain", "worker/platform"],
  "worker/db": ["worker/contract", "worker/domain", "worker/platform"],
  "worker/flows": ["worker/contract", "worker/domain", "worker/platform", "worker/channels", "worker/db"],
  "worker/jobs": SERVER,
  "worker/http": SERVER,
  "durable-objects": SERVER,
  // Only the entrance stands here itself.
  worker: ["worker", "durable-objects"],
  web: ["worker/contract"],
  // Visitors' browsers load no schemas.
  "web/widget": ["web/widget", "web/lib"],
  "web/loader": [],
  // The world outside knows the product by its wires alone.
  simulator: [],
  "simulator/page": ["simulator", "web/ui", "web/lib"],
  // Seeds a local state with the product's own functions.
  scripts: ["worker", "durable-objects"],
};
/** Files may be this long: a rule of thumb says 200, a longer one holds two concepts. */
const MAX_LINES = 400;
/** Tools that ask for a default export. */
const DEFAULT_EXPORTS = /(^|\/)(vite|vitest|drizzle)\.config\.ts$|^(worker|simulator)\/index\.ts$|^scripts\/seed\/worker\.ts$|^tests\/bench\/.*worker\.ts$|^tests\/support\/repeated\.ts$|\.d\.ts$/;
/** Where what one provider does differently belongs, and where pretend customers of each are made. */
const MAY_NAME_CHANNELS = /^(worker\/channels|simulator|scripts\/seed)\//;
/** Also the names of other things: identities, kinds of entries. They count only where a channel or provider is compared. */
const AMBIGUOUS = new Set(["email", "call", "google", "custom"]);

const product = sources(["worker", "durable-objects", "web", "simulator", "scripts"]);
const all = [...product, ...sources(["tests"])];
const folderOf = (path: string): string => Object.keys(MAY_IMPORT).filter((folder) => path.startsWith(`${folder}/`)).sort((a, b) => b.length - a.length)[0] ?? "";
const at = ({ path, text }: Source, { start }: { start: number }, what: string): string => `${path}:${lineOf(text, start)} ${what}`;
const within = (folder: string, files = product): Source[] => files.filter(({ path }) => path.startsWith(`${folder}/`));

/** What each rule finds in a file, in words. */
type Rule = (source: Source) => string[];
const broken = (files: readonly Source[], rule: Rule): string[] => files.flatMap(rule);

const imports: Rule = ({ path, imports: found }) => {
  const from = folderOf(path);
  return found.filter(({ to, typesOnly }) => !typesOnly && folderOf(to) !== "" && folderOf(to) !== from && !MAY_IMPORT[from]!.some((allowed) => to.startsWith(`${allowed}/`)))
    .map(({ to, line }) => `${path}:${line} imports ${to}`);
};

const anys: Rule = (source) => source.nodes.filter(({ type }) => type === "TSAnyKeyword").map((node) => at(source, node, "any"));

const leftovers: Rule = (source) => source.comments.filter(({ value }) => /\b(TODO|FIXME|XXX|HACK)\b/.test(value)).map((comment) => at(source, comment, comment.value.trim()));

const defaults: Rule = (source) => DEFAULT_EXPORTS.test(source.path) ? [] : source.nodes.filter(({ type }) => type === "ExportDefaultDeclaration").map((node) => at(source, node, "export default"));

const barrels: Rule = ({ path, nodes }) => {
  const body = nodes[0]!["body"] as Node[];
  return body.length > 0 && body.every((statement) => statement.type.startsWith("Export") && isNode(statement["source"])) ? [`${path} only passes on`] : [];
};

const CLOCKS = /^(Date\.now|performance\.now|Math\.random|crypto\.(randomUUID|getRandomValues)|fetch|setTimeout|setInterval)$/;
const impure: Rule = (source) => source.nodes
  .filter((node) => (node.type === "CallExpression" && CLOCKS.test(textOf(source, node["callee"]))) || (node.type === "NewExpression" && textOf(source, node["callee"]) === "Date" && (node["arguments"] as Node[]).length === 0))
  .map((node) => at(source, node, textOf(source, node)));

const textOf = ({ text }: Source, node: unknown): string => isNode(node) ? text.slice(node.start, node.end) : "";
const stringOf = (node: unknown): string | undefined => isNode(node) && node.type === "Literal" && typeof node["value"] === "string" ? node["value"] : undefined;

const NAMES = new Set<string>([...ChannelKind.options, ...Object.keys(channels)]);
/** `x === "twilio"`, `case "twilio":` and `["twilio", "resend"].includes(x)`, where x may be either a channel or anything called like one. */
const branches: Rule = (source) => MAY_NAME_CHANNELS.test(source.path) ? [] : source.nodes.flatMap((node) => {
  const found = ({ subject, values }: { subject: string; values: (string | undefined)[] }): string[] => {
    const isSubject = /(channel|provider)\w*["'\])]*$/i.test(subject.trim());
    return values.some((value) => value !== undefined && NAMES.has(value) && (isSubject || !AMBIGUOUS.has(value))) ? [at(source, node, textOf(source, node).slice(0, 80))] : [];
  };
  switch (node.type) {
    case "BinaryExpression": {
      if (!/^[!=]==?$/.test(String(node["operator"]))) return [];
      const [left, right] = [node["left"], node["right"]];
      return stringOf(left) === undefined ? found({ subject: textOf(source, left), values: [stringOf(right)] }) : found({ subject: textOf(source, right), values: [stringOf(left)] });
    }
    case "SwitchStatement":
      return found({ subject: textOf(source, node["discriminant"]), values: (node["cases"] as Node[]).map((one) => stringOf(one["test"])) });
    case "CallExpression": {
      const callee = node["callee"];
      if (!isNode(callee) || callee.type !== "MemberExpression" || !isNode(callee["object"]) || callee["object"].type !== "ArrayExpression" || !textOf(source, callee).endsWith(".includes")) return [];
      return found({ subject: textOf(source, (node["arguments"] as Node[])[0]), values: (callee["object"]["elements"] as Node[]).map(stringOf) });
    }
    default: return [];
  }
});

describe("who may know whom", () => {
  it("no folder uses what its place in the order does not allow", () => expect(broken(product, imports)).toEqual([]));
  it("nothing imports the entrance or the routes", () => expect(product.filter(({ path }) => path !== "worker/index.ts" && !path.startsWith("worker/http/")).flatMap(({ path, imports: found }) => found.filter(({ to, typesOnly }) => !typesOnly && /^worker\/(index|http\/)/.test(to)).map(({ to }) => `${path} imports ${to}`))).toEqual([]));
  it("the contract needs nothing but its schema library", () => expect(within("worker/contract").flatMap(({ path, imports: found }) => found.filter(({ to }) => to !== "zod" && !to.startsWith("worker/contract/")).map(({ to }) => `${path} imports ${to}`))).toEqual([]));
  it("only channels, the simulator and the demo data decide by a channel's or provider's name", () => expect(broken(product, branches)).toEqual([]));
});

describe("what makes rules testable", () => {
  it("the domain has no clock, no randomness and no network", () => expect(broken(within("worker/domain"), impure)).toEqual([]));
  // A boundary or a request id that nobody can guess is no clock: it decides nothing.
  it("channels get the clock and the network as arguments", () => expect(broken(within("worker/channels"), impure).filter((line) => !line.endsWith(" crypto.randomUUID()"))).toEqual([]));
});

describe("what keeps files readable", () => {
  it("no file is longer than its reader's patience", () => expect(all.filter(({ lines }) => lines > MAX_LINES).map(({ path, lines }) => `${path}: ${lines} lines`)).toEqual([]));
  it("nothing has the type any", () => expect(broken(all, anys)).toEqual([]));
  it("no comment puts work off", () => expect(broken(all, leftovers)).toEqual([]));
  it("names say what is inside", () => expect(all.map(({ path }) => path).filter((path) => /(^|\/)(utils?|helpers?|types|misc|common)\.tsx?$/.test(path))).toEqual([]));
  it("exports have names", () => expect(broken(all, defaults)).toEqual([]));
  it("no file only passes on what others export", () => expect(broken(product, barrels)).toEqual([]));
  it("no test is skipped, and none runs alone", () => expect(within("tests", all).flatMap((source) => source.nodes.filter((node) => node.type === "CallExpression" && /^(it|test|describe)\.(skip|only|todo)\b/.test(textOf(source, node["callee"]))).map((node) => at(source, node, textOf(source, node["callee"]))))).toEqual([]));
});

describe("what the API's description relies on", () => {
  const operations = within("worker/http").flatMap((source) => source.nodes
    .filter((node) => node.type === "CallExpression" && textOf(source, node["callee"]) === "createRoute")
    .map((node) => ({ where: at(source, node, "createRoute"), id: /operationId: "(\w+)"/.exec(textOf(source, node))?.[1] })));
  it("every operation has an id", () => expect(operations.filter(({ id }) => !id).map(({ where }) => where)).toEqual([]));
  it("no two operations share one", () => expect(operations.map(({ id }) => id).filter((id, index, ids) => ids.indexOf(id) !== index)).toEqual([]));
  it("there are operations to look at", () => expect(operations.length).toBeGreaterThan(20));
});

it("a checkout may lie in a folder with a space in its name: no path is taken from a URL's pathname", () => {
  expect(all.filter(({ text }) => /import\.meta\.url\)\.pathname/.test(text)).map(({ path }) => path)).toEqual([]);
});
