import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";

/** A node of the syntax tree, as far as rules look at it. */
export interface Node { type: string; start: number; end: number; [key: string]: unknown }
export interface Source { /** From the repository's root. */ path: string; text: string; lines: number; comments: { value: string; start: number }[]; imports: Import[]; nodes: Node[] }
export interface Import { /** From the repository's root for our own files, otherwise as written. */ to: string; typesOnly: boolean; line: number }

const root = fileURLToPath(new URL("../..", import.meta.url));
const NOT_OURS = new Set(["node_modules", "dist", "fixtures", "output", "draft"]);

/** Every source file below these folders, parsed. */
export function sources(folders: readonly string[]): Source[] {
  return folders.flatMap((folder) => readdirSync(root + folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length))
    .filter((path) => !path.split("/").some((part) => NOT_OURS.has(part)))
    .map(read));
}

function read(path: string): Source {
  const text = readFileSync(root + path, "utf8");
  const { program, comments, errors } = parseSync(path, text);
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
  const nodes: Node[] = [];
  collect(program, nodes);
  return { path, text, lines: text.split("\n").length, comments, imports: nodes.flatMap((node) => importOf(node, path, text)), nodes };
}

function collect(value: unknown, into: Node[]): void {
  if (Array.isArray(value)) for (const item of value) collect(item, into);
  else if (isNode(value)) {
    into.push(value);
    for (const child of Object.values(value)) if (typeof child === "object") collect(child, into);
  }
}

export const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
export const lineOf = (text: string, start: number): number => text.slice(0, start).split("\n").length;

function importOf(node: Node, path: string, text: string): Import[] {
  if (!["ImportDeclaration", "ExportNamedDeclaration", "ExportAllDeclaration", "ImportExpression"].includes(node.type) || !isNode(node["source"])) return [];
  const written = node["source"]["value"];
  if (typeof written !== "string") return [];
  const specifiers = Array.isArray(node["specifiers"]) ? (node["specifiers"] as Node[]) : [];
  const typesOnly = [node["importKind"], node["exportKind"]].includes("type")
    || (specifiers.length > 0 && specifiers.every((specifier) => [specifier["importKind"], specifier["exportKind"]].includes("type")));
  const to = written.startsWith(".") ? new URL(written, `file:///${path}`).pathname.slice(1) : written;
  return [{ to, typesOnly, line: lineOf(text, node.start) }];
}
