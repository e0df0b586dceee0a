import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJil } from '../../../autosys/jil/index.ts';
import { formatJilComment, toDescription } from '../../../cli/jil-for/jil-text.ts';

const job = 'insert_job: A   job_type: CMD\nmachine: m\n';
const hostileText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom('*', '/', ' ', '\n', '"', '\\', '#', 'insert_job: B', '\r', '\u2028', 'x'),
    )
    .map((parts) => parts.join('')),
);

describe('formatJilComment', () => {
  test('escapes a slash after an asterisk, and characters that are no printable ASCII', () => {
    expect(formatJilComment(['a*/b /* c */*', ' x\ny\u00e9'])).toBe(
      '/* a*\\/b /* c *\\/*\n    x\\u000ay\\u00e9 */\n',
    );
  });

  test('hides any text from a parser of JIL', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1 }), (paragraphs) => {
        const text = `${formatJilComment(paragraphs)}${job}`;

        const { script, problems } = readJil({ name: 'a.jil', text });

        expect([...problems, ...script.warnings]).toEqual([]);
        expect(script.statements.map(({ object }) => object)).toEqual(['A']);
      }),
    );
  });
});

describe('toDescription', () => {
  test('cuts a text at 255 characters', () => {
    expect(toDescription('x'.repeat(255))).toBe('x'.repeat(255));
    expect(toDescription('x'.repeat(256))).toBe(`${'x'.repeat(252)}...`);
  });

  test('makes one quoted value of any text', () => {
    fc.assert(
      fc.property(hostileText, (given) => {
        const text = `${job}description: "${toDescription(given)}"\n`;

        const { script, problems } = readJil({ name: 'a.jil', text });

        expect([...problems, ...script.warnings]).toEqual([]);
        expect(script.statements[0]?.attributes.map(({ name }) => name)).toEqual([
          'job_type',
          'machine',
          'description',
        ]);
      }),
    );
  });
});
