import { describe, expect, test } from 'vitest';
import { chooseLogin } from '../../../lambda/login/choice.ts';
import type { InstanceLoginState } from '../../../lambda/login/state.ts';

const nowMs = 10_000_000;
const facts = { current: 'new', previous: 'old', isRefusedElsewhere: true, nowMs };
const anInstanceState = (of: Partial<InstanceLoginState>): InstanceLoginState => ({
  refused: [],
  denied: [],
  ...of,
});

describe('a current version that another instance refuses', () => {
  test('is used if it was the last to work here', () => {
    const worked = { versionId: 'new', atMs: nowMs - 1_000 };

    expect(chooseLogin(anInstanceState({ worked }), facts)).toEqual({
      kind: 'use',
      versionId: 'new',
    });
  });

  test('is tried first if it worked here long ago', () => {
    const worked = { versionId: 'new', atMs: 0 };

    expect(chooseLogin(anInstanceState({ worked }), facts)).toEqual({
      kind: 'try',
      versionId: 'new',
    });
  });

  test.for([
    { when: 'no version has worked here', of: {} },
    {
      when: 'the previous version worked here last',
      of: { worked: { versionId: 'old', atMs: 0 } },
    },
  ])('is tried after the previous one if $when', ({ of }) => {
    expect(chooseLogin(anInstanceState(of), facts)).toEqual({ kind: 'try', versionId: 'old' });
  });

  test('is tried if the previous one is refused here', () => {
    const refused = [{ versionId: 'old', atMs: nowMs }];

    expect(chooseLogin(anInstanceState({ refused }), facts)).toEqual({
      kind: 'try',
      versionId: 'new',
    });
  });
});
