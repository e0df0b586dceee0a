import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
const [, section = ''] = /## Where is …\n([\s\S]*?)\n## /.exec(page) ?? [];
const rows = [...section.matchAll(/^\| (.+?) \| `(.+?)` \| `(.+?)` \|$/gm)].map(
  ([, question, file = '', name = '']) => ({ question, file, name }),
);

test('the table "Where is …" has its rows', () => expect(rows.length).toBeGreaterThan(15));

test.for(rows)('$question $name in $file', ({ file, name }) => {
  const text = readFileSync(join(root, file), 'utf8');

  expect(text).toMatch(new RegExp(`^export (?:async )?(?:function|class|const) ${name}\\b`, 'm'));
});
