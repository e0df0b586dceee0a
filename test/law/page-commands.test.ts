import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from '../../cli/commands/index.ts';
import { parseOptions } from '../../cli/parse-options.ts';
import { settingNames } from '../../infra/app-settings.ts';
import { documentsOf, readDocument } from '../support/documents.ts';

const root = join(import.meta.dirname, '../..');
const pages = documentsOf().filter((path) => path !== 'CHANGELOG.md');

/** The first group of each match in the documents, each text once. */
function namesOf(pattern: RegExp): readonly string[] {
  const names = pages.flatMap((page) =>
    [...readDocument(page).matchAll(pattern)].map(([, name = '']) => name),
  );
  return [...new Set(names)].sort();
}

describe('the commands of the documents', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const named = namesOf(/\bnpm run (?:-s )?([a-z][\w:-]*)/g);

  test.for(named)('name a script of package.json: npm run %s', (name) => {
    expect(Object.keys(scripts)).toContain(name);
  });

  const demos = namesOf(/\bnpm run demo -- ([^`\n]+)/g);

  test('start the demo', () => expect(demos).toContain('launch --serve'));

  test.for(demos)('give the demo known options: %s', async (line) => {
    const demo = await commands['demo']?.();
    const { faults } = parseOptions(line.split(' '), {
      options: demo?.options ?? {},
      allowsPositionals: true,
      secretAdvice: {},
    });

    expect(faults).toEqual([]);
  });

  const given = namesOf(/(?:^|[ `])-c ([A-Za-z]\w*)=/gm).filter((name) => name !== 'name');

  test('give settings', () => expect(given).toContain('launchVpcEndpointIds'));

  test.for(given)('name a setting of the app: -c %s', (name) => {
    expect(settingNames).toContain(name);
  });
});

describe('the log messages that the runbook searches for', () => {
  const messages = namesOf(/\blogLines [A-Z][a-z]+ '([^']+)'/g);
  const sources = readdirSync(join(root, 'lambda'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, 'lambda', name), 'utf8'))
    .join('\n');

  test('are found', () => expect(messages).toContain('stop parked'));

  test.for(messages)('are logged by the functions: %s', (message) => {
    expect(sources).toMatch(new RegExp(`['\`]${message}['\`]`));
  });
});

describe('the reasons of StopsParked in the runbook', () => {
  const [, page = ''] =
    /^## StopsParked\n([\s\S]*?)^## /m.exec(readDocument('docs/runbook.md')) ?? [];
  const reasons = [...page.matchAll(/^\| (`.+?`(?:, `.+?`)*(?: or `.+?`)?) \|/gm)].flatMap(
    ([, cell = '']) => [...cell.matchAll(/`(.+?)`/g)].map(([, reason = '']) => reason),
  );
  const sources = readdirSync(join(root, 'lambda/launch/stop'))
    .map((name) => readFileSync(join(root, 'lambda/launch/stop', name), 'utf8'))
    .join('\n');

  test('are found', () => expect(reasons.length).toBeGreaterThan(7));

  /** The text before a name or a detail. */
  const toFixed = (reason: string) =>
    reason.replace(/(?:: )?(?:StopExecution.*|TerminateJob.*|…)$/, '');

  test.for(reasons)('are those of the stop: %s', (reason) => {
    expect(sources).toContain(toFixed(reason).trim());
  });
});
