import { describe, expect, test } from 'vitest';
import { toCanaryResults } from '../../../cli/live/canary-results.ts';
import { judgeMatch } from '../../../cli/live/judge-match.ts';
import { describeSending } from '../../../cli/live/judge-sending.ts';
import { countRows, type LiveRow, toLiveExitCode } from '../../../cli/live/live-row.ts';
import { toNamedResources } from '../../../cli/live/named-resources.ts';
import { printLive } from '../../../cli/live/print-live.ts';
import { toUnreadAws } from '../../../cli/live/unread-aws.ts';
import { readRouteFile } from '../../../route-file/index.ts';
import { aBridgeConfig } from '../../support/bridge-config.ts';
import { aBatchJobTarget, anExecutionTarget } from '../../support/launch-targets.ts';
import { aRequestEntry } from '../../support/request-entries.ts';

const row: LiveRow = { check: 'secret', subject: 's', verdict: 'passed', found: 'f' };

describe('the exit code', () => {
  test.for([
    { verdicts: [], code: 0 },
    { verdicts: ['passed', 'notCheckable'], code: 0 },
    { verdicts: ['passed', 'notChecked'], code: 3 },
    { verdicts: ['notChecked', 'finding'], code: 1 },
  ] as const)('of $verdicts is $code', ({ verdicts, code }) => {
    const rows = verdicts.map((verdict) => ({ ...row, verdict }));

    expect(toLiveExitCode(countRows(rows))).toBe(code);
  });
});

describe('the table', () => {
  test('escapes what a name could do to a terminal, and prints findings last', () => {
    const written: string[] = [];
    const stdout = { isTTY: false, write: (text: string) => void written.push(text) };
    const hostile = {
      ...row,
      verdict: 'finding',
      subject: 'a\u001b[2J\nb',
      advice: 'c\u202e',
    } as const;

    printLive([hostile, row], { stdout, env: {} });

    expect(written.join('')).toBe(`
passed         secrets: s: f
finding        secrets: a\\u001b[2J\\u000ab: f
               -> c\\u202e

live checks: 1 passed, 1 finding, 0 not checked, 0 not checkable
`);
  });
});

describe('a call of AWS without an answer', () => {
  test.for([
    { kind: 'denied', reason: 'AccessDeniedException', advice: 'needed: states:X' },
    {
      kind: 'denied',
      reason: 'ExpiredTokenException',
      advice: 'sign in to AWS again, or check AWS_PROFILE',
    },
    {
      kind: 'unavailable',
      reason: 'CredentialsProviderError',
      advice: 'sign in to AWS again, or check AWS_PROFILE',
    },
    {
      kind: 'unavailable',
      reason: 'no Region is set',
      advice: 'set AWS_REGION to the Region of the bridge',
    },
    {
      kind: 'throttled',
      reason: 'ThrottlingException',
      advice: 'too many calls share the quota; repeat the command later',
    },
    {
      kind: 'unavailable',
      reason: 'AbortError',
      advice: 'check the way to AWS, or give more --timeout',
    },
  ] as const)('because of $reason says: $advice', ({ kind, reason, advice }) => {
    expect(toUnreadAws({ kind, reason }, 'states:X')).toMatchObject({ kind: 'unread', advice });
  });
});

describe('the last match of a route', () => {
  const question = { subject: 'route r', sinceMs: Date.parse('2026-10-21T00:00Z'), days: 30 };
  const old = { kind: 'read', value: 0 } as const;

  test.for([
    { last: { kind: 'matched', atMs: question.sinceMs }, verdict: 'passed' },
    { last: { kind: 'never' }, verdict: 'finding' },
    { last: { kind: 'cut', fromMs: question.sinceMs + 1 }, verdict: 'notChecked' },
  ] as const)('$last.kind is $verdict', ({ last, verdict }) => {
    const facts = { last: { kind: 'read', value: last }, createdMs: old } as const;

    expect(judgeMatch(question, facts)).toMatchObject({ verdict });
  });

  test('is no finding if the age of the ledger is not known', () => {
    const createdMs = { kind: 'unread', reason: 'denied', advice: 'needed: x' } as const;
    const last = { kind: 'read', value: { kind: 'never' } } as const;

    expect(judgeMatch(question, { last, createdMs })).toMatchObject({
      verdict: 'notChecked',
      advice: 'needed: x',
    });
  });
});

describe('the evidence of the canary', () => {
  const line = (fields: object) => JSON.stringify(fields);

  test('is its last result for each instance in its log', () => {
    const results = toCanaryResults([
      'START RequestId: 1',
      line({ message: 'canary passed', autosysInstance: 'ACE', timestamp: '2026-11-20T01:00:00Z' }),
      line({
        ...{ message: 'canary step failed', autosysInstance: 'ACE', reason: 'connection refused' },
        timestamp: '2026-11-20T01:15:00Z',
      }),
      line({ message: 'canary passed', autosysInstance: 'PRD', timestamp: 'nonsense' }),
      line({ message: 'other', autosysInstance: 'PRD', timestamp: '2026-11-20T01:00:00Z' }),
      'null',
    ]);

    expect([...results]).toEqual([
      [
        'ACE',
        { atMs: Date.parse('2026-11-20T01:15Z'), passed: false, reason: 'connection refused' },
      ],
    ]);
  });

  test('is the time in its variable, and never a pass', () => {
    const described = describeSending('ACE', {
      canaryVariable: 'AWS_BRIDGE_CANARY',
      lastSet: '2026-11-20T01:00:00.000Z',
      result: { atMs: 0, passed: true },
    });

    expect(described).toMatchObject({
      verdict: 'notCheckable',
      found:
        'only a send shows it; the canary last set AWS_BRIDGE_CANARY at 2026-11-20T01:00:00.000Z; its last run passed at 1970-01-01T00:00:00.000Z',
    });
  });
});

describe('the resources of a route file', () => {
  const home = { account: '111122223333', region: 'eu-west-1' };
  const list = (text: string) => {
    const yaml = `instances:\n  ACE: { endpoints: [https://a.example.com:9443], secret: a }\n${text}`;
    const { config } = readRouteFile(
      { name: 'bridge.yaml', text: yaml },
      () => undefined,
      () => [],
    );
    return toNamedResources(config, home).map(
      ({ kind, selector, account, region, usedBy, mustBeStandard }) =>
        `${kind} ${selector.text} ${account} ${region} ${usedBy.join('+')} ${mustBeStandard}`,
    );
  };

  test('are listed once for each name, account and Region, with all users', () => {
    const arn = 'arn:aws:states:us-east-1:444455556666:stateMachine:far';

    expect(
      list(`routes:
  - { name: one, from: { stateMachine: settle }, global: A }
  - { name: two, from: { stateMachine: settle, mapChildren: only }, global: B }
  - { name: far, from: { stateMachine: "${arn}" }, global: C }
  - name: wide
    from: { stateMachine: other, account: ["111122223333", "444455556666"], region: [eu-west-1] }
    global: D
    combine: latest
`),
    ).toEqual([
      'stateMachine settle 111122223333 eu-west-1 route one+route two true',
      `stateMachine ${arn} 444455556666 us-east-1 route far true`,
      'stateMachine other 111122223333 eu-west-1 route wide true',
      'stateMachine other 444455556666 eu-west-1 route wide true',
    ]);
  });

  test('are those of targets and requests too; only what must be awaited has to be STANDARD', () => {
    const children = { stateMachines: ['part-*'], jobQueues: ['night'], jobDefinitions: ['risk'] };
    const caller = 'arn:aws:states:eu-west-1:111122223333:stateMachine:caller';
    const config = {
      ...aBridgeConfig(),
      routes: [],
      targets: [
        anExecutionTarget({ qualifier: 'live', children }),
        aBatchJobTarget({ name: 'risk' }),
      ],
      requests: [aRequestEntry({ name: 'pay', stateMachines: [caller] })],
    };

    const found = toNamedResources(config, home).map(
      ({ kind, selector, usedBy, mustBeStandard }) =>
        `${kind} ${selector.text} ${usedBy.join('+')} ${mustBeStandard}`,
    );

    expect(found).toEqual([
      'stateMachine settlement:live target settlement true',
      'stateMachine part-* target settlement false',
      'jobQueue night target settlement+target risk false',
      'jobDefinition risk target settlement false',
      'jobDefinition risk-calc target risk false',
      `stateMachine ${caller} requests pay false`,
    ]);
  });
});
