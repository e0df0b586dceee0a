import { spawnSync } from 'node:child_process';
import { stripTypeScriptTypes } from 'node:module';
import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { readJil, readJobStatement } from '../../autosys/jil/index.ts';
import { blocksOf, type CodeBlock, documentsOf, parseBlocks } from '../support/documents.ts';

const hasBash = spawnSync('bash', ['--version']).status === 0;

/** Returns why a block is invalid in its language; `undefined` if it is valid. */
type Check = (text: string) => string | undefined;

const json: Check = (text) => messageOf(() => JSON.parse(text));
const yaml: Check = (text) => {
  const { errors, warnings } = parseDocument(text, { prettyErrors: false });
  return [...errors, ...warnings][0]?.message;
};
/** Parses the block without running it. */
const shell: Check = (text) => {
  const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
  return status === 0 ? undefined : stderr || `bash ended with ${status}`;
};
/** Node.js removes the types, and `Function` parses the rest without running it. */
const typescript: Check = (text) => messageOf(() => stripTypeScriptTypes(text));

const jil: Check = (text) => {
  const source = { name: 'page.jil', text };
  const { script, problems } = readJil(source);
  const ofJobs = script.statements.flatMap((one) => readJobStatement(one, source).problems);
  const found = [...problems, ...script.warnings, ...ofJobs];
  return found.length === 0 ? undefined : JSON.stringify(found);
};

const checks: Readonly<Record<string, Check>> = {
  json,
  yaml,
  yml: yaml,
  sh: shell,
  bash: shell,
  ts: typescript,
  jil,
};

/**
 * Languages that are not checked here: diagrams, output, and shell settings with an ellipsis; and HCL,
 * which the test of the Terraform module parses.
 */
const unchecked = ['', 'text', 'mermaid', 'hcl'];

function messageOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return String(error);
  }
}

const blocks = documentsOf().flatMap((document) => blocksOf(document));

describe('the code blocks of the documents', () => {
  test('exist', () => {
    const ofKind = (languages: readonly string[]) =>
      blocks.filter(({ language }) => languages.includes(language)).length;

    expect(ofKind(['json'])).toBeGreaterThan(5);
    expect(ofKind(['yaml', 'yml'])).toBeGreaterThan(5);
    expect(ofKind(['sh', 'bash'])).toBeGreaterThan(10);
  });

  test('all have a language that is checked, or one that is exempt', () => {
    const others = blocks.filter(
      ({ language }) => !(language in checks) && !unchecked.includes(language),
    );

    expect(others.map(toPlace)).toEqual([]);
  });

  test.for(
    blocks
      .filter(({ language }) => isChecked(language))
      .map((block) => [toPlace(block), block] as const),
  )('are well formed: %s', ([, { language, text }]) => {
    expect(checks[language]?.(text)).toBeUndefined();
  });
});

function isChecked(language: string): boolean {
  return language in checks && (hasBash || checks[language] !== shell);
}

function toPlace({ document, line, language }: CodeBlock): string {
  return `${document}:${line} ${language}`;
}

describe('the check of a code block', () => {
  test.for([
    { language: 'json', text: '{ "Action": ["a:B" "c:D"] }' },
    { language: 'json', text: '{ "Action": ["a:B"], }' },
    { language: 'yaml', text: 'a: 1\n b: 2' },
    { language: 'yaml', text: 'a: 1\na: 2' },
    { language: 'ts', text: 'const a = ;' },
    { language: 'jil', text: 'insert_job: A  job_type: CMD' },
    {
      language: 'jil',
      text: 'insert_job: A  job_type: CMD\nmachine: m\ncommand: x\ncondition: success(B',
    },
    ...(hasBash
      ? [
          { language: 'sh', text: 'while true; do echo' },
          { language: 'sh', text: 'echo "$(date' },
        ]
      : []),
  ])('finds the error in $language $text', ({ language, text }) => {
    expect(checks[language]?.(text)).toEqual(expect.any(String));
  });

  test('reads blocks in lists without their indentation, and fences of any length', () => {
    const markdown = '1. a\n\n   ```json\n   {\n     "a": 1\n   }\n   ```\n\n````text\n```\n````\n';

    expect(parseBlocks(markdown)).toEqual([
      { line: 3, language: 'json', text: '{\n  "a": 1\n}' },
      { line: 9, language: 'text', text: '```' },
    ]);
  });

  test('rejects a block without an end', () => {
    expect(() => parseBlocks('a\n```sh\nls\n')).toThrow('line 2: code block without an end');
  });
});
