import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { documentsOf, readDocument } from '../support/documents.ts';

const root = join(import.meta.dirname, '../..');

/** The text of a document without its code blocks. */
function readProse(document: string): string {
  return readDocument(document).replaceAll(/^```[\s\S]*?^```$/gm, '');
}

/** Link targets of a document inside the repository. */
function findLinks(document: string): readonly string[] {
  const prose = readProse(document).replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\((?<target>[^)\s]+)\)/g)]
    .map(({ groups }) => groups?.['target'] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** Anchors of the headings, as GitHub makes them, and those that the page gives itself. */
function readAnchors(document: string): ReadonlySet<string> {
  const prose = readProse(document);
  const headings = [...prose.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
  const given = [...prose.matchAll(/<a id="([\w-]+)">/g)].map(([, id = '']) => id);
  return new Set([...headings, ...given]);
}

describe('the links of the documents', () => {
  test.for(documentsOf())('lead to files and headings that exist: %s', (document) => {
    const broken = findLinks(document).filter((target) => {
      const [file = '', anchor] = target.split('#');
      const path = file === '' ? document : normalize(join(dirname(document), file));
      if (!existsSync(join(root, path))) return true;
      return anchor !== undefined && !readAnchors(path).has(anchor);
    });

    expect(broken).toEqual([]);
  });
});
