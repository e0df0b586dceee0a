import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { blocksOf, readDocument } from '../support/documents.ts';
import { actionsOf, type IamPolicy, resourcesOf } from '../support/iam.ts';

const runbook = readDocument('docs/runbook.md');

/** Returns the policies of a section of docs/deploy.md, in order. */
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

/** The account of a call: `aws` and `here` for that of the bridge, `there` for that of a source. */
type Caller = 'aws' | 'here' | 'there';

const services = 'cloudformation|cloudwatch|events|kms|lambda|logs|scheduler|secretsmanager|sqs';

/** Returns the AWS CLI calls in the runbook, such as `sqs:ReceiveMessage`. */
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

/**
 * Returns the action of an AWS CLI command. `logs tail` is the only one without an API of its name:
 * it calls FilterLogEvents.
 */
function toAction(service: string, command: string): string {
  const api = command === 'tail' ? 'filter-log-events' : command;
  return `${service}:${api.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}`;
}

/** Returns the DynamoDB calls that the ledger table makes for the commands of the CLI. */
function ledgerCalls(): readonly string[] {
  const source = readFileSync('lambda/ledger/store/dynamo-table.ts', 'utf8');
  return [...source.matchAll(/new (\w+)Command\(/g)].map(([, name]) => `dynamodb:${name}`);
}

/** The Lambda calls of the commands of the CLI. */
function sweepCalls(): readonly string[] {
  const source = readFileSync('lambda/aws/invoke-sweep.ts', 'utf8');
  return [...source.matchAll(/new (\w+)Command\(/g)].map(([, name]) => `lambda:${name}Function`);
}

/** Actions that no command names, with the reason why they are needed. */
const implied: Readonly<Record<string, string>> = {
  'iam:PassRole': 'UpdateSchedule passes the role of the schedule again',
  'kms:Decrypt': 'the table and the queues are encrypted',
  'kms:DescribeKey': 'DynamoDB reads the key of an encrypted table',
  'kms:Encrypt': 'the table is encrypted',
  'kms:GenerateDataKey*': 'SQS encrypts a message that is moved',
  'kms:ReEncrypt*': 'the table is encrypted',
  'logs:DescribeLogGroups': 'the console of Logs Insights lists log groups',
  'logs:DescribeQueryDefinitions': 'the console of Logs Insights lists the saved queries',
  'logs:GetQueryResults': 'a saved query is read',
  'logs:StartQuery': 'a saved query is run',
};

/** Actions that the runbook leaves to another role. */
const ofOthers: Readonly<Record<string, string>> = {
  'secretsmanager:PutSecretValue': 'the owner of the secret writes it',
};

const unique = (names: readonly string[]) => [...new Set(names)].toSorted();

describe('the policy of the operators in docs/deploy.md', () => {
  test('allows exactly what the runbook and the commands call, and what these imply', () => {
    const called = callsOf('aws', 'here').filter((action) => !(action in ofOthers));

    expect(bridgeActions.toSorted()).toEqual(
      unique([...called, ...ledgerCalls(), ...sweepCalls(), ...Object.keys(implied)]),
    );
  });

  test('allows in the account of a source exactly what the runbook calls there', () => {
    // The loop over the rules is that of the bridge, with the credentials of the source.
    const loop = ['cloudformation:ListStackResources', 'cloudwatch:GetMetricStatistics'];

    expect(sourceActions.toSorted()).toEqual(unique([...callsOf('there'), ...loop]));
  });

  test('changes only the resources of the bridge', () => {
    const changes = /:(?:Put|Delete|Invoke|Purge|Send|Start(?!Query)|Enable|Update|Pass)/;
    const open = [ofBridge, ofSource]
      .flatMap((policy) => policy?.Statement ?? [])
      .filter((statement) => resourcesOf(statement).includes('*'));

    expect(actionsOf(open).filter((action) => changes.test(action))).toEqual([]);
  });

  test('names every call of the AWS SDK in the code of the commands', () => {
    const files = readdirSync('cli', { recursive: true, encoding: 'utf8' });
    const clients = files
      // test/law/direct-policy.test.ts checks the calls of direct mode.
      .filter((name) => name.endsWith('.ts') && !name.startsWith('direct/'))
      .flatMap((name) => [
        ...readFileSync(join('cli', name), 'utf8').matchAll(/from '(@aws-sdk\/[^']+)'/g),
      ])
      .map(([, client]) => client);

    // Commands call AWS through `lambda/aws/` and `lambda/ledger/store/`: the ledger table, and the
    // secrets of doctor and validate.
    expect(clients).toEqual([]);
    expect(readDocument('docs/deploy.md')).toContain('`secretsmanager:GetSecretValue`');
  });
});

test('the runbook redrives dead letters before it deletes them', () => {
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
