// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of a template are what it is about
import { describe, expect, test } from 'vitest';
import {
  findLaunchPlaceholders,
  findLaunchTemplateFault,
  isLaunchField,
} from '../../../lambda/routing/targets.ts';

describe('the placeholders of a launch template', () => {
  test.for([
    { text: 'plain $ text', found: [] },
    { text: '$${job}', found: [] },
    { text: '${job}', found: [{ start: 0, written: '${job}', field: 'job' }] },
    {
      text: 'a$$${run}/${param.x}',
      found: [
        { start: 3, written: '${run}', field: 'run' },
        { start: 10, written: '${param.x}', field: 'param.x' },
      ],
    },
    { text: '${}', found: [{ start: 0, written: '${}', field: '' }] },
    { text: 'x ${job', found: [{ start: 2, written: '${', field: undefined }] },
  ])('are found in $text', ({ text, found }) => {
    expect(findLaunchPlaceholders(text)).toEqual(found);
  });

  test.for([
    { text: '${job}/${run}/${try} on ${instance}: ${name} ${param.date}', fault: undefined },
    { text: '${jop} ${x', fault: '${jop}' },
    { text: '${x', fault: '${' },
    { text: '${param.other}', fault: '${param.other}' },
    { text: '${toString}', fault: '${toString}' },
  ])('have the first fault $fault in $text', ({ text, fault }) => {
    expect(findLaunchTemplateFault(text, ['date'])).toBe(fault);
  });

  test('may name a field or a declared parameter', () => {
    expect(
      ['job', 'param.date', 'date', 'param.'].map((one) => isLaunchField(one, ['date'])),
    ).toEqual([true, true, false, false]);
  });
});
