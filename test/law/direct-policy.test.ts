import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { directFileName } from '../../cli/direct-file.ts';
import { directPolicy } from '../support/direct-policy.ts';
import { blocksOf, readDocument } from '../support/documents.ts';
import { actionsOf } from '../support/iam.ts';

/** Commands of the SDK in the files that `cli/direct/aws-calls.ts` imports, and in itself. */
function callsOfDirectMode(): readonly string[] {
  const source = readFileSync('cli/direct/aws-calls.ts', 'utf8');
  const imported = [...source.matchAll(/from '\.\.\/\.\.\/(lambda\/aws\/[\w-]+\.ts)'/g)];
  const texts = [source, ...imported.map(([, path = '']) => readFileSync(path, 'utf8'))];
  return texts.flatMap((text) => {
    const [, client = ''] = /from '@aws-sdk\/client-(sfn|batch|cloudwatch-logs)'/.exec(text) ?? [];
    return [...text.matchAll(/new (\w+)Command\(/g)].map(
      ([, name]) => `${services[client] ?? client}:${name}`,
    );
  });
}

const services: Readonly<Record<string, string>> = {
  sfn: 'states',
  batch: 'batch',
  'cloudwatch-logs': 'logs',
};

const unique = (names: readonly string[]) => [...new Set(names)].toSorted();

test('the policy of direct mode allows exactly what direct mode calls', () => {
  // SubmitJob with tags needs TagResource.
  const called = [...callsOfDirectMode(), 'batch:TagResource'];

  expect(actionsOf(directPolicy().Statement).toSorted()).toEqual(unique(called));
});

test('only the lookups of Batch jobs are allowed for every resource', () => {
  const open = directPolicy().Statement.filter(({ Resource }) => [Resource].flat().includes('*'));

  expect(actionsOf(open)).toEqual(['batch:DescribeJobs', 'batch:ListJobs']);
});

test('the section names the file of direct mode, and its profile is a valid shell text', () => {
  const page = readDocument('docs/launch.md');

  expect(page).toContain(`dist/${directFileName}`);
  expect(blocksOf('docs/launch.md', 'sh').some(({ text }) => text.includes('BRIDGE_TARGETS'))).toBe(
    true,
  );
});
