import { describe, expect, test } from 'vitest';
import { createAuthorize } from '../../../lambda/launch/authorize.ts';
import { toPolicy } from '../../../lambda/launch/authorizer-policy.ts';
import { CredentialsError, SecretDeniedError } from '../../../lambda/login-errors.ts';
import { aCaller } from './rig.ts';

const password = 'correct horse battery';
const older = 'an older long password';
const token = 'a-token-of-some-length';
const minuteMs = 60_000;

/** The check of logins over scripted secrets: text by secret and stage, or an error. */
function anAuthorizer(
  texts: Readonly<Record<string, string>> = {
    'agents AWSCURRENT': JSON.stringify({ password }),
    'agents AWSPREVIOUS': JSON.stringify({ password: older }),
    'web AWSCURRENT': JSON.stringify({ token }),
  },
) {
  let nowMs = Date.parse('2026-11-30T01:00:00Z');
  const reads: string[] = [];
  const failures: string[] = [];
  const script = { texts, failing: undefined as Error | undefined };
  const authorize = createAuthorize({
    callers: [
      aCaller({ name: 'agents', secret: 'agents' }),
      aCaller({ name: 'web', secret: 'web' }),
    ],
    readSecret: async (secret, stage) => {
      reads.push(`${secret} ${stage}`);
      if (script.failing) throw script.failing;
      const text = script.texts[`${secret} ${stage}`];
      return text === undefined ? undefined : { versionId: stage, text };
    },
    now: () => new Date(nowMs),
    maxAgeMs: 5 * minuteMs,
    onFailure: (caller, error) => failures.push(`${caller}: ${String(error)}`),
  });
  return {
    authorize,
    reads,
    failures,
    script,
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}

const toBasic = (name: string, given: string) =>
  `Basic ${Buffer.from(`${name}:${given}`).toString('base64')}`;

describe('a login', () => {
  test.each([
    ['Basic with the current password', toBasic('agents', password), 'agents'],
    ['Basic with the previous password', toBasic('agents', older), 'agents'],
    ['a scheme in other case', toBasic('agents', password).replace('Basic', 'bASIC'), 'agents'],
    ['a bearer token', `Bearer ${token}`, 'web'],
    ['a wrong password', toBasic('agents', `${password}x`), undefined],
    ['the password of another caller', toBasic('web', password), undefined],
    ['the token as a password', toBasic('web', token), undefined],
    ['the password as a token', 'Bearer correct', undefined],
    ['an unknown caller', toBasic('unknown-caller', password), undefined],
    ['no password', toBasic('agents', ''), undefined],
    ['no scheme', password, undefined],
    ['an empty header', '', undefined],
    ['Basic without a colon', `Basic ${Buffer.from('agents').toString('base64')}`, undefined],
    ['another scheme', 'Digest username=agents', undefined],
  ])('%s', async (_, header, caller) => {
    expect(await anAuthorizer().authorize(header)).toBe(caller);
  });

  test('by a token finds the caller whose token it is', async () => {
    const compact = 'token-without-blanks-1';
    const { authorize } = anAuthorizer({ 'web AWSCURRENT': JSON.stringify({ token: compact }) });

    expect(await authorize(`Bearer ${compact}`)).toBe('web');
  });

  test('with a colon in the password', async () => {
    const colon = 'with:a:colon:in:it!';
    const { authorize } = anAuthorizer({
      'agents AWSCURRENT': JSON.stringify({ password: colon }),
    });

    expect(await authorize(toBasic('agents', colon))).toBe('agents');
  });
});

describe('a secret', () => {
  test('is read once in five minutes', async () => {
    const { authorize, reads, advance } = anAuthorizer();
    for (let minute = 0; minute < 6; minute += 1) {
      await authorize(toBasic('agents', password));
      advance(minuteMs);
    }

    expect(reads.filter((read) => read === 'agents AWSCURRENT')).toHaveLength(2);
  });

  test('that is rotated is accepted within five minutes', async () => {
    const { authorize, script, advance } = anAuthorizer();
    await authorize(toBasic('agents', password));
    const next = 'the next long password';
    script.texts = { 'agents AWSCURRENT': JSON.stringify({ password: next }) };
    advance(5 * minuteMs);

    expect(await authorize(toBasic('agents', next))).toBe('agents');
    expect(await authorize(toBasic('agents', password))).toBeUndefined();
  });

  test('that cannot be read for a while stays accepted, for an hour', async () => {
    const { authorize, script, advance, failures } = anAuthorizer();
    await authorize(toBasic('agents', password));
    script.failing = new CredentialsError({ secret: 'agents', reason: 'ThrottlingException' });
    advance(30 * minuteMs);
    expect(await authorize(toBasic('agents', password))).toBe('agents');
    advance(31 * minuteMs);

    await expect(authorize(toBasic('agents', password))).rejects.toThrow('ThrottlingException');
    expect(failures[0]).toContain('agents: CredentialsError');
  });

  test('that cannot be read yet does not make a login wrong, which would end waiting commands', async () => {
    const { authorize, script } = anAuthorizer();
    script.failing = new CredentialsError({ secret: 'agents', reason: 'ThrottlingException' });

    await expect(authorize(toBasic('agents', password))).rejects.toThrow(CredentialsError);
    await expect(authorize(`Bearer ${token}`)).rejects.toThrow(CredentialsError);
    expect(await authorize(toBasic('unknown-caller', password))).toBeUndefined();
    script.failing = undefined;
    expect(await authorize(toBasic('agents', password))).toBe('agents');
  });

  test('that was deleted locks the caller out at once', async () => {
    const { authorize, script, advance } = anAuthorizer();
    await authorize(toBasic('agents', password));
    script.failing = new SecretDeniedError({
      secret: 'agents',
      reason: 'ResourceNotFoundException',
      advice: 'x',
    });
    advance(5 * minuteMs);

    expect(await authorize(toBasic('agents', password))).toBeUndefined();
  });

  test.each([
    ['no JSON', 'hunter2-hunter2-hunter2'],
    ['a short password', '{"password":"hunter2"}'],
    ['another shape', '{"pass":"hunter2-hunter2-hunter2"}'],
  ])('with %s locks the caller out, and is not quoted', async (_, text) => {
    const { authorize, failures } = anAuthorizer({ 'agents AWSCURRENT': text });

    expect(await authorize(toBasic('agents', 'hunter2'))).toBeUndefined();
    expect(failures).toHaveLength(1);
    expect(failures[0]).not.toContain('hunter2');
  });
});

test('the policy allows every call of the stage, because API Gateway caches it', () => {
  const methodArn = 'arn:aws:execute-api:eu-west-1:111122223333:abc/v/POST/v1/runs';

  expect(toPolicy('agents', methodArn)).toEqual({
    principalId: 'agents',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Action: 'execute-api:Invoke',
          Effect: 'Allow',
          Resource: 'arn:aws:execute-api:eu-west-1:111122223333:abc/v/*',
        },
      ],
    },
    context: { caller: 'agents' },
  });
});
