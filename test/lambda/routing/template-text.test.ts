// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these tests are about placeholders of templates
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { templateFields } from '../../../lambda/routing/template.ts';
import { readTemplate } from '../../../lambda/routing/template-text.ts';

const fields = `${Object.keys(templateFields).join(', ')}, output.<path>, input.<path>`;

describe('a template', () => {
  test.for([
    { text: '', template: [] },
    { text: 'KO', template: ['KO'] },
    { text: '${status}', template: [{ field: 'status' }] },
    { text: '${cause:80}', template: [{ field: 'cause', max: 80 }] },
    { text: '${cause|none}', template: [{ field: 'cause', otherwise: 'none' }] },
    { text: '${cause:80|}', template: [{ field: 'cause', max: 80, otherwise: '' }] },
    { text: '${cause|a|b:c}', template: [{ field: 'cause', otherwise: 'a|b:c' }] },
    {
      text: 'OK ${exitCode|0} at ${date}.',
      template: ['OK ', { field: 'exitCode', otherwise: '0' }, ' at ', { field: 'date' }, '.'],
    },
    { text: '${output.total}', template: [{ field: 'output.total' }] },
    { text: '${output.files[0].name:9}', template: [{ field: 'output.files[0].name', max: 9 }] },
    { text: '${output[2]}', template: [{ field: 'output[2]' }] },
    { text: '${input.region:9}', template: [{ field: 'input.region', max: 9 }] },
    { text: '${date:4}', template: [{ field: 'date', max: 4 }] },
    {
      text: 'D${date:Europe/Zurich:yyyyMMdd}',
      template: ['D', { field: 'date', day: { timezone: 'Europe/Zurich', format: 'yyyyMMdd' } }],
    },
    {
      text: '${date:UTC:dd.MM:18:00}',
      template: [{ field: 'date', day: { timezone: 'UTC', format: 'dd.MM', cutoff: '18:00' } }],
    },
    { text: 'costs 5$', template: ['costs 5$'] },
    { text: '$ {status} $status', template: ['$ {status} $status'] },
    { text: '$${status}', template: ['${status}'] },
    { text: '$$$${status}', template: ['$${status}'] },
    { text: '$$${status}', template: ['$', { field: 'status' }] },
    { text: 'a } b', template: ['a } b'] },
  ])('is read from $text', ({ text, template }) => {
    expect(readTemplate(text)).toMatchObject({ template, problems: [] });
  });

  test('has the position of each piece', () => {
    const { spans } = readTemplate('OK $$ ${exitCode|0}!');

    expect(spans).toEqual([
      { start: 0, end: 6 },
      { start: 6, end: 19 },
      { start: 19, end: 20 },
    ]);
  });
});

describe('a problem in a template', () => {
  test.for([
    {
      text: 'a ${statsu} b',
      start: 2,
      end: 11,
      message: `unknown field "statsu"; did you mean status?; allowed: ${fields}`,
    },
    { text: '${}', start: 0, end: 3, message: `unknown field ""; allowed: ${fields}` },
    {
      text: '${ status }',
      start: 0,
      end: 11,
      message: `unknown field " status "; did you mean status?; allowed: ${fields}`,
    },
    {
      text: '${toString}',
      start: 0,
      end: 11,
      message: `unknown field "toString"; allowed: ${fields}`,
    },
    {
      text: '${cause:many}',
      start: 0,
      end: 13,
      message:
        'invalid maximum length "many"; allowed: a whole number from 1 to 999, as in ${cause:80}',
    },
    {
      text: '${cause:0}',
      start: 0,
      end: 10,
      message:
        'invalid maximum length "0"; allowed: a whole number from 1 to 999, as in ${cause:80}',
    },
    {
      text: '${cause:1:2}',
      start: 0,
      end: 12,
      message:
        'invalid maximum length "1:2"; allowed: a whole number from 1 to 999, as in ${cause:80}',
    },
    {
      text: 'a ${status',
      start: 2,
      end: 10,
      message: '${status is not closed; end it with }, or write $$ for a literal $',
    },
    {
      text: '${cause|${error}',
      start: 0,
      end: 8,
      message: '${cause| is not closed; end it with }, or write $$ for a literal $',
    },
    {
      text: '${output}',
      start: 0,
      end: 9,
      message:
        'invalid output path "output"; write it as ${output.total} or ${output.files[0].name}',
    },
    {
      text: '${output.files[x]}',
      start: 0,
      end: 18,
      message:
        'invalid output path "output.files[x]"; write it as ${output.total} or ${output.files[0].name}',
    },
  ])('has its position: $text', ({ text, ...problem }) => {
    expect(readTemplate(text).problems).toEqual([problem]);
  });

  test('does not hide other problems', () => {
    expect(readTemplate('${a} ${status} ${b').problems).toHaveLength(2);
  });
});

test('pieces and problems together cover any text', () => {
  const part = fc.constantFrom('$', '{', '}', '${', 'status', ':', '80', '|', 'x', '\n', ' ', '🙂');
  const texts = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));

  fc.assert(
    fc.property(texts, (text) => {
      const { spans, template, problems } = readTemplate(text);
      expect(template).toHaveLength(spans.length);
      const covered = [...spans, ...problems].toSorted((one, other) => one.start - other.start);
      expect(covered.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
    }),
    { numRuns: 1000 },
  );
});

describe('a problem in a date', () => {
  const format = 'allowed: yyyy, MM, dd, HH, mm and - . _, as in ${date:Europe/Zurich:yyyyMMdd}';
  const cutoff = 'allowed: a time from 00:00 to 23:59, as in ${date:Europe/Zurich:yyyyMMdd:18:00}';

  test.for([
    {
      text: '${date:Europe/Zuerich:yyyy}',
      message:
        'date: unknown timezone "Europe/Zuerich", allowed: an IANA name, as in ${date:Europe/Zurich:yyyyMMdd}',
    },
    { text: '${date:Europe/Zurich}', message: `date: found the format "", ${format}` },
    { text: '${date:UTC:yyyyWW}', message: `date: found the format "yyyyWW", ${format}` },
    { text: '${date:UTC:-}', message: `date: found the format "-", ${format}` },
    { text: '${date:UTC:yyyy:24:00}', message: `date: found the cutoff "24:00", ${cutoff}` },
    { text: '${date:UTC:yyyy:18}', message: `date: found the cutoff "18", ${cutoff}` },
    {
      text: '${date:UTC:yyyyHH:18:00}',
      message:
        'date: found the format "yyyyHH" with a cutoff, allowed: yyyy, MM and dd, because a business day has no hour; remove HH and mm, or the cutoff',
    },
  ])('is found in $text', ({ text, message }) => {
    expect(readTemplate(text).problems).toEqual([{ start: 0, end: text.length, message }]);
  });
});
