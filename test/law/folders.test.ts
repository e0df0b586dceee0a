import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeBreach, findFolder, folders, type Import, toParent } from '../../docs/folders.ts';
import { readSources } from '../support/sources.ts';

const root = join(import.meta.dirname, '../..');

/** Finds every import in a text, including type imports and dynamic imports. */
function findImports(file: string, text: string): readonly Import[] {
  const pattern =
    /(?:^|\n)(?:import|export)\s[^;'=()]*?from '([^']*)'|(?:^|\n)import '([^']*)'|import\('([^']*)'\)/g;
  return [...text.matchAll(pattern)].map(([, declared, bare, dynamic]) => {
    const target = declared ?? bare ?? dynamic ?? '';
    const isPackage = !target.startsWith('.');
    return { file, target: isPackage ? target : normalize(join(dirname(file), target)), isPackage };
  });
}

async function readGraph(): Promise<readonly Import[]> {
  const sources = await readSources();
  return sources.flatMap(({ file, text }) => findImports(file, text));
}

describe('the law of folders', () => {
  test('holds for every import of the source', async () => {
    const graph = await readGraph();

    expect(graph.length).toBeGreaterThan(2_000);
    expect(graph.flatMap((one) => describeBreach(one) ?? [])).toEqual([]);
  });

  test('names all folders, and only those that exist', async () => {
    const graph = await readGraph();
    const files = new Set(graph.flatMap(({ file, target }) => [file, target]));
    const exists = (path: string) => [...files].some((file) => file.startsWith(path));

    expect(folders.filter(({ path }) => !exists(path)).map(({ path }) => path)).toEqual([]);
    for (const { folders: allowed } of folders) {
      if (allowed === 'all') continue;
      expect(allowed.filter((path) => !exists(path))).toEqual([]);
    }
  });

  test('allows no unused import', async () => {
    const graph = await readGraph();
    const used = new Set(graph.map(({ file, target }) => `${findFolder(file)?.path} ${target}`));
    const idle = folders.flatMap(({ path, packages = [] }) =>
      packages === 'all'
        ? []
        : packages
            .filter((name) => ![...used].some((one) => one.startsWith(`${path} ${name}`)))
            .map((name) => `${path} needs no ${name}`),
    );

    expect(idle).toEqual([]);
  });

  const pairs = folders.flatMap((from) =>
    folders
      .filter(({ path }) => {
        const isSame = [path, toParent(path)].includes(from.path);
        const allowed: readonly string[] = from.folders === 'all' ? [path] : from.folders;
        return !isSame && !allowed.includes(path) && !allowed.includes(toParent(path));
      })
      .map((to) => ({ from: from.path, to: to.path })),
  );

  test('forbids pairs', () => expect(pairs.length).toBeGreaterThan(300));

  test.for(pairs)('rejects an import of $to in $from', ({ from, to }) => {
    const toFile = (path: string) => (path.endsWith('/') ? `${path}any.ts` : path);

    const text = `import type { Any } from '${relative(toFile(from), toFile(to))}';\n`;
    const [found] = findImports(toFile(from), text);

    expect(found && describeBreach(found)).toMatch('found an import of');
  });

  test.for([
    { file: 'autosys/condition/parser.ts', target: 'autosys/client/index.ts' },
    { file: 'lambda/ledger/admit.ts', target: 'lambda/ledger/store/dynamo-table.ts' },
    { file: 'lambda/functions/report.ts', target: 'lambda/ledger/store/memory-table.ts' },
    { file: 'infra/app.ts', target: 'autosys/names.ts' },
  ])('rejects an import of $target in $file', ({ file, target }) => {
    expect(describeBreach({ file, target, isPackage: false })).toMatch('found an import of');
  });

  test.for(['got', '@middy/core', 'aws-cdk-lib', '@aws-sdk/client-sfn', 'yaml', 'node:fs'])(
    'rejects an import of %s in lambda/ledger/',
    (target) => {
      expect(describeBreach({ file: 'lambda/ledger/any.ts', target, isPackage: true })).toMatch(
        'found an import of',
      );
    },
  );
});

test('no import graph has a cycle, types included', async () => {
  const graph = await readGraph();
  const targets = Map.groupBy(
    graph.filter(({ isPackage }) => !isPackage),
    ({ file }) => file,
  );
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]) => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      return;
    }
    state.set(file, 'open');
    for (const { target } of targets.get(file) ?? []) visit(target, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of targets.keys()) visit(file, []);

  expect(cycles).toEqual([]);
});

/** Returns the specifier with which one file imports another. */
function relative(from: string, to: string): string {
  return `${'../'.repeat(from.split('/').length - 1)}${to}`;
}

test('lambda/ imports zod only as zod/mini and as a namespace, since any other import bundles the rest', async () => {
  const others: string[] = [];
  for await (const file of glob('lambda/**/*.ts', { cwd: root })) {
    const lines = readFileSync(join(root, file), 'utf8').split('\n');
    others.push(
      ...lines.filter((line) => line.includes("'zod") && line !== "import * as z from 'zod/mini';"),
    );
  }

  expect(others).toEqual([]);
});

test('only their tests import the benchmarks', async () => {
  const graph = await readGraph();
  const importers = graph.filter(
    ({ file, target }) => target.startsWith('bench/') && !file.startsWith('bench/'),
  );

  expect(importers).toEqual([]);
});
