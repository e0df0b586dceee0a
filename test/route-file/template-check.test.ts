// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of a template are what it is about
import { describe, expect, test } from 'vitest';
import { readTemplate } from '../../lambda/routing/template-text.ts';
import { checkTemplate, templateTargets } from '../../route-file/template-check.ts';

type TargetName = keyof typeof templateTargets;

function check(
  text: string,
  to: TargetName,
  kind: 'execution' | 'batchJob' | undefined = 'execution',
) {
  return checkTemplate(readTemplate(text), kind, templateTargets[to]);
}

describe('a valid template', () => {
  test.for<{ text: string; to: TargetName; kind?: 'batchJob' }>([
    { text: 'AWS_SETTLEMENT', to: 'globalVariable' },
    { text: 'AWS_${stateMachine:60}', to: 'globalVariable' },
    { text: 'aws#${batchJobName:60}', to: 'job', kind: 'batchJob' },
    { text: '', to: 'value' },
    { text: 'x'.repeat(100), to: 'value' },
    { text: '${status} ${changedAt}', to: 'value' },
    { text: '${stateMachine}${changedAt}', to: 'value' },
    { text: '${output.total}', to: 'value' },
    { text: '${executionArn:90} ${cause:9|none}', to: 'value' },
    { text: '${exitCode|0}', to: 'value', kind: 'batchJob' },
    { text: 'x'.repeat(255), to: 'comment' },
    { text: 'Y', to: 'response' },
  ])('is accepted for a $to: $text', ({ text, to, kind }) => {
    expect(check(text, to, kind)).toEqual([]);
  });

  test('is not checked for its fields if the kind of workload is unknown', () => {
    const reading = readTemplate('${exitCode} ${cause}');

    expect(checkTemplate(reading, undefined, templateTargets.value)).toEqual([]);
  });
});

describe('a field', () => {
  test.for([
    {
      field: 'exitCode|0',
      kind: 'execution',
      expected: /^an execution has no exitCode; allowed: .*\bcause\b/,
    },
    {
      field: 'cause:9|x',
      kind: 'batchJob',
      expected: /^a Batch job has no cause; allowed: .*\breason\b/,
    },
    { field: 'output.total', kind: 'batchJob', expected: /^a Batch job has no output$/ },
  ] as const)('of the other kind of workload is rejected: $field', ({ field, kind, expected }) => {
    expect(check(`\${${field}}`, 'value', kind)).toEqual([
      { start: 0, end: field.length + 3, message: expect.stringMatching(expected) },
    ]);
  });

  test.for([
    { text: '${exitCode}', expected: 'exitCode may be absent; write it as ${exitCode|none}' },
    { text: '${exitCode:3}', expected: 'exitCode may be absent; write it as ${exitCode:3|none}' },
    { text: '${reason|no}', expected: 'reason may be of any length; write it as ${reason:80|no}' },
    { text: '${reason:80}', expected: 'reason may be absent; write it as ${reason:80|none}' },
    {
      text: '${reason}',
      expected: 'reason may be of any length or absent; write it as ${reason:80|none}',
    },
  ])('$text is rejected: $expected', ({ text, expected }) => {
    expect(check(text, 'comment', 'batchJob').map(({ message }) => message)).toEqual([expected]);
  });
});

describe('characters', () => {
  test.for<{ text: string; to: TargetName; start: number; message: string }>([
    {
      text: 'AWS ${stateMachine}',
      to: 'globalVariable',
      start: 0,
      message: 'global variable name: found "AWS ", allowed: letters, digits and . _ -',
    },
    {
      text: 'J_${mapLabel|a b}',
      to: 'job',
      start: 2,
      message: 'job name: found "a b", allowed: letters, digits and . _ # - @ :',
    },
    {
      text: 'a\n${status}',
      to: 'value',
      start: 0,
      message: 'global variable value: found "a\\n", allowed: one line without control characters',
    },
  ])('beside fields are rejected for a $to: $text', ({ text, to, start, message }) => {
    expect(check(text, to)).toMatchObject([{ start, message }]);
  });
});

describe('a text without fields', () => {
  test.for<{ text: string; to: TargetName; message: string }>([
    {
      text: '',
      to: 'job',
      message:
        'job name: found nothing, allowed: 1 to 64 characters, letters, digits and . _ # - @ :',
    },
    {
      text: 'x'.repeat(65),
      to: 'job',
      message: `job name: found 65 characters, "${'x'.repeat(40)}…", allowed: at most 64 characters`,
    },
    {
      text: 'x'.repeat(65),
      to: 'globalVariable',
      message: `global variable name: found 65 characters, "${'x'.repeat(40)}…", allowed: at most 64 characters`,
    },
    {
      text: 'x'.repeat(101),
      to: 'value',
      message: `global variable value: found 101 characters, "${'x'.repeat(40)}…", allowed: at most 100 characters`,
    },
    {
      text: 'x'.repeat(256),
      to: 'comment',
      message: `comment: found 256 characters, "${'x'.repeat(40)}…", allowed: at most 255 characters`,
    },
    {
      text: 'x'.repeat(256),
      to: 'response',
      message: `response: found 256 characters, "${'x'.repeat(40)}…", allowed: at most 255 characters`,
    },
    {
      text: 'DELETE',
      to: 'value',
      message:
        'global variable value: found "DELETE", allowed: any value except the reserved word DELETE, which deletes the variable',
    },
  ])('is rejected as AutoSys would reject it: $to', ({ text, to, message }) => {
    expect(check(text, to)).toEqual([{ start: 0, end: text.length, message }]);
  });
});

describe('the length of a text with fields', () => {
  test('is rejected if the text without fields is too long', () => {
    expect(check(`${'x'.repeat(65)}\${stateMachine}`, 'globalVariable')).toMatchObject([
      {
        message:
          'global variable name: found 65 characters and fields, allowed: at most 64 characters',
      },
    ]);
  });

  test.for<{ text: string; to: TargetName; message: string }>([
    {
      text: '${stateMachine}/${executionName:20}',
      to: 'value',
      message:
        'global variable value: can have 101 characters, allowed: at most 100; cut the longest field, as in ${stateMachine:20}',
    },
    {
      text: '${executionArn}',
      to: 'comment',
      message:
        'comment: can have 256 characters, allowed: at most 255; cut the longest field, as in ${executionArn:20}',
    },
    {
      text: `\${cause:50|${'x'.repeat(101)}}`,
      to: 'value',
      message:
        'global variable value: can have 101 characters, allowed: at most 100; cut the longest field, as in ${cause:20}',
    },
  ])('is rejected for a $to if it can be too long: $text', ({ text, to, message }) => {
    expect(check(text, to)).toEqual([{ start: 0, end: text.length, message }]);
  });
});
