import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** A fenced code block of a Markdown document. */
export interface CodeBlock {
  /** Path from the root of the repository. */
  readonly document: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** First word after the fence, in lower case; empty if none. */
  readonly language: string;
  /** Text without the indentation of the fence. */
  readonly text: string;
}

/** The Markdown documents at the root and under `docs/` and `examples/`. */
export function documentsOf(): readonly string[] {
  const inside = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name));
  const atRoot = readdirSync(root).filter((name) => name.endsWith('.md'));
  return [...atRoot, ...inside('docs'), ...inside('examples')].sort();
}

/** Reads a document by its path from the root. */
export function readDocument(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/**
 * Returns the code blocks of a document in order.
 * @param language @default - all
 */
export function blocksOf(document: string, language?: string): readonly CodeBlock[] {
  const all = parseBlocks(readDocument(document)).map((block) => ({ document, ...block }));
  return language === undefined ? all : all.filter((block) => block.language === language);
}

/** Returns the fenced blocks of a Markdown text. @throws {Error} when a fence is not closed */
export function parseBlocks(markdown: string): readonly Omit<CodeBlock, 'document'>[] {
  const lines = markdown.split('\n');
  const blocks: Omit<CodeBlock, 'document'>[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const [, indent, fence, info] = /^( *)(`{3,}|~{3,})(.*)$/.exec(lines[at] ?? '') ?? [];
    if (indent === undefined || fence === undefined) continue;
    const line = at + 1;
    const isEnd = (text: string) => text.trim().startsWith(fence) && /^[`~]+$/.test(text.trim());
    const end = lines.findIndex((text, index) => index > at && isEnd(text));
    if (end === -1) throw new Error(`line ${line}: code block without an end`);
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
