import { describe, expect, test } from 'vitest';
import { createAutosysEvent } from '../../autosys/create-event.ts';

describe('createAutosysEvent', () => {
  test.for([
    ['STARTJOB', { job: 'J' }, { kind: 'STARTJOB', job: 'J' }],
    [
      'CHANGE_STATUS',
      { job: 'J', status: 'SUCCESS' },
      { kind: 'CHANGE_STATUS', job: 'J', status: 'SUCCESS' },
    ],
    [
      'CHANGE_PRIORITY',
      { job: 'J', priority: '7' },
      { kind: 'CHANGE_PRIORITY', job: 'J', priority: 7 },
    ],
    ['SEND_SIGNAL', { job: 'J', signals: '15' }, { kind: 'SEND_SIGNAL', job: 'J', signals: '15' }],
    ['KILLJOB', { job: 'J', signals: '9' }, { kind: 'KILLJOB', job: 'J', signals: '9' }],
    ['KILLJOB', { job: 'J' }, { kind: 'KILLJOB', job: 'J' }],
    [
      'REPLY_RESPONSE',
      { job: 'J', response: 'y' },
      { kind: 'REPLY_RESPONSE', job: 'J', response: 'y' },
    ],
    ['COMMENT', { job: 'J', comment: 'c' }, { kind: 'COMMENT', job: 'J', comment: 'c' }],
    ['ALARM', { alarm: 'JOBFAILURE', job: 'J' }, { kind: 'ALARM', alarm: 'JOBFAILURE', job: 'J' }],
    ['ALARM', { alarm: 'JOBFAILURE' }, { kind: 'ALARM', alarm: 'JOBFAILURE' }],
    ['MACH_OFFLINE', { machine: 'm1' }, { kind: 'MACH_OFFLINE', machine: 'm1' }],
    ['STOP_DEMON', {}, { kind: 'STOP_DEMON' }],
    [
      'SET_GLOBAL',
      { globalVariable: 'G', value: 'V', comment: 'c', job: 'ignored' },
      { kind: 'SET_GLOBAL', globalVariable: 'G', value: 'V', comment: 'c' },
    ],
  ] as const)('creates %s from its fields', ([kind, fields, event]) => {
    expect(createAutosysEvent(kind, fields)).toEqual(event);
  });

  test.for([
    ['STARTJOB', {}, 'job: found nothing, allowed: a text; the event requires it'],
    ['STARTJOB', { job: 'a b' }, 'job name: found "a b", allowed: letters, digits and . _ # - @ :'],
    [
      'CHANGE_STATUS',
      { job: 'J', status: 'DONE' },
      /^status: found "DONE", allowed: ACTIVATED, FAILURE, /,
    ],
    [
      'CHANGE_PRIORITY',
      { job: 'J', priority: '-1' },
      /^queue priority: found "-1", allowed: a whole number/,
    ],
    ['SET_GLOBAL', { globalVariable: 'G', value: 'DELETE' }, /reserved word DELETE/],
    [
      'REPLY_RESPONSE',
      { job: 'J', response: 'y'.repeat(460_000) },
      /^response: found 460000 characters, "y{40}…", allowed: at most 4096 characters$/,
    ],
    ['KILLJOB', { job: 'J', signals: '9,'.repeat(3_000) }, /^signals: found 6000 characters, /],
    ['ALARM', { alarm: 'A'.repeat(4_097) }, /^alarm: found 4097 characters, /],
  ] as const)('rejects %s %j', ([kind, fields, message]) => {
    expect(() => createAutosysEvent(kind, fields)).toThrow(message);
  });
});
