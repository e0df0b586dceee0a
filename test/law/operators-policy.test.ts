import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { blocksOf, readDocument } from '../support/documents.ts';
import { actionsOf, type IamPolicy, resourcesOf } from '../support/iam.ts';

const runbook = readDocument('docs/runbook.md');

/** The policies of a section of docs/deploy.md, in their order. */
function policiesOf(heading: string): readonly IamPolicy[] {
  const lines = readDocument('docs/deploy.md').split('\n');
  const from = lines.indexOf(heading) + 1;
  const end = lines.findIndex((line, at) => at >= from && /^#{1,3} /.test(line));
  return blocksOf('docs/deploy.md', 'json')
    .filter(({ line }) => line > from && line <= end)
    .map(({ text }) => JSON.parse(text));
}

const [ofBridge, ofSource] = policiesOf('### Permissions of the operators');
const bridgeActions = actionsOf(ofBridge?.Statement ?? []);
const sourceActions = actionsOf(ofSource?.Statement ?? []);

/** Who calls: `aws` and `here` in the account of the bridge, `there` in that of a source. */
type Caller = 'aws' | 'here' | 'there';

const services = 'cloudformation|cloudwatch|events|kms|lambda|logs|scheduler|secretsmanager|sqs';

/** The calls of the AWS CLI in the runbook, such as `sqs:ReceiveMessage`, wherever they are. */
function callsOf(...callers: readonly Caller[]): readonly string[] {
  const calls = runbook.matchAll(
    new RegExp(`\\b(?<caller>aws|here|there) (?<service>${services}) (?<command>[a-z-]+)`, 'g'),
  );
  return [...calls].flatMap(({ groups = {} }) => {
    const { caller, service, command = '' } = groups;
    if (!callers.some((one) => one === caller)) return [];
    return [toAction(`${service}`, command)];
  });
}

/** The action of a command of the AWS CLI. `logs tail` alone is no name of an API: it calls FilterLogEvents. */
function toAction(service: string, command: string): string {
  const api = command === 'tail' ? 'filter-log-events' : command;
  return `${service}:${api.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}`;
}

/** The calls of DynamoDB that the ledger's table makes for the commands of the CLI. */
function ledgerCalls(): readonly string[] {
  const source = readFileSync('lambda/ledger/store/dynamo-table.ts', 'utf8');
  return [...source.matchAll(/new (\w+)Command\(/g)].map(([, name]) => `dynamodb:${name}`);
}

/** What no command names, and why it is needed all the same. */
const implied: Readonly<Record<string, string>> = {
  'iam:PassRole': 'UpdateSchedule passes the role of the schedule again',
  'kms:Decrypt': 'the table and the queues are encrypted',
  'kms:DescribeKey': 'DynamoDB asks for the key of an encrypted table',
  'kms:Encrypt': 'the table is encrypted',
  'kms:GenerateDataKey*': 'SQS encrypts a message that is moved',
  'kms:ReEncrypt*': 'the table is encrypted',
  'logs:DescribeLogGroups': 'the console of Logs Insights lists log groups',
  'logs:DescribeQueryDefinitions': 'the console of Logs Insights lists the saved queries',
  'logs:GetQueryResults': 'a saved query is read',
  'logs:StartQuery': 'a saved query is run',
};

/** What the runbook leaves to another person. */
const ofOthers: Readonly<Record<string, string>> = {
  'secretsmanager:PutSecretValue': 'the owner of the secret writes it',
};

const unique = (names: readonly string[]) => [...new Set(names)].toSorted();

describe('the policy of the operators in docs/deploy.md', () => {
  test('allows what runbook and commands call, what these imply, and nothing else', () => {
    const called = callsOf('aws', 'here').filter((action) => !(action in ofOthers));

    expect(bridgeActions.toSorted()).toEqual(
      unique([...called, ...ledgerCalls(), ...Object.keys(implied)]),
    );
  });

  test('allows in the account of a source what the runbook calls there, and nothing else', () => {
    // The loop over the rules is the one of the bridge, with the credentials of the source.
    const loop = ['cloudformation:ListStackResources', 'cloudwatch:GetMetricStatistics'];

    expect(sourceActions.toSorted()).toEqual(unique([...callsOf('there'), ...loop]));
  });

  test('changes nothing beside the resources of the bridge', () => {
    const changes = /:(?:Put|Delete|Purge|Send|Start(?!Query)|Enable|Update|Pass)/;
    const open = [ofBridge, ofSource]
      .flatMap((policy) => policy?.Statement ?? [])
      .filter((statement) => resourcesOf(statement).includes('*'));

    expect(actionsOf(open).filter((action) => changes.test(action))).toEqual([]);
  });

  test('names every call of the AWS SDK in the code of the commands', () => {
    const files = readdirSync('cli', { recursive: true, encoding: 'utf8' });
    const clients = files
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => [
        ...readFileSync(join('cli', name), 'utf8').matchAll(/from '(@aws-sdk\/[^']+)'/g),
      ])
      .map(([, client]) => client);

    // Commands reach AWS by `lambda/aws/` and `lambda/ledger/store/`: the ledger's table, and the secrets of doctor and validate.
    expect(clients).toEqual([]);
    expect(readDocument('docs/deploy.md')).toContain('`secretsmanager:GetSecretValue`');
  });
});

test('the runbook moves dead letters back before it deletes them', () => {
  const page = runbook.split(/^## /m).find((one) => one.startsWith('DeadLetters\n')) ?? '';

  const move = page.indexOf('aws sqs start-message-move-task');
  const purge = page.indexOf('purge-queue');
  expect(move).toBeGreaterThan(0);
  expect(purge).toBeGreaterThan(move);
});

test('the documents let no parked entry expire', () => {
  const page = runbook.split(/^## /m).find((one) => one.startsWith('Parked\n')) ?? '';

  expect(page.replaceAll(/\s+/g, ' ')).toContain(
    'A parked entry stays in the ledger until it is replayed or dismissed',
  );
});
