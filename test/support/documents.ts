import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** A fenced code block of a Markdown document. */
export interface CodeBlock {
  /** From the root of the repository. */
  readonly document: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  /** The first word after the fence, in lower case; empty where there is none. */
  readonly language: string;
  /** Without the indentation of the fence. */
  readonly text: string;
}

/** The Markdown documents that people read: those at the root and all under `docs/` and `examples/`. */
export function documentsOf(): readonly string[] {
  const inside = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name));
  const atRoot = readdirSync(root).filter((name) => name.endsWith('.md'));
  return [...atRoot, ...inside('docs'), ...inside('examples')].sort();
}

/** The text of a document, by its path from the root. */
export function readDocument(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The code blocks of a document, in their order. @param language @default - all */
export function blocksOf(document: string, language?: string): readonly CodeBlock[] {
  const all = parseBlocks(readDocument(document)).map((block) => ({ document, ...block }));
  return language === undefined ? all : all.filter((block) => block.language === language);
}

/**
 * The fenced blocks of a Markdown text.
 *
 * @throws {Error} where a fence is not closed
 */
export function parseBlocks(markdown: string): readonly Omit<CodeBlock, 'document'>[] {
  const lines = markdown.split('\n');
  const blocks: Omit<CodeBlock, 'document'>[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const [, indent, fence, info] = /^( *)(`{3,}|~{3,})(.*)$/.exec(lines[at] ?? '') ?? [];
    if (indent === undefined || fence === undefined) continue;
    const line = at + 1;
    const isEnd = (text: string) => text.trim().startsWith(fence) && /^[`~]+$/.test(text.trim());
    const end = lines.findIndex((text, index) => index > at && isEnd(text));
    if (end === -1) throw new Error(`line ${line}: found a code block that does not end`);
    const text = lines
      .slice(at + 1, end)
      .map((one) => (one.startsWith(indent) ? one.slice(indent.length) : one.trimStart()))
      .join('\n');
    const language = (info ?? '').trim().split(/\s/)[0]?.toLowerCase() ?? '';
    blocks.push({ line, language, text });
    at = end;
  }
  return blocks;
}
