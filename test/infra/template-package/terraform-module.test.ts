import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type TerraformModuleOptions,
  toTerraformModule,
} from '../../../infra/template-package/terraform-module.ts';
import { blocksOf, documentsOf } from '../../support/documents.ts';
import { terraformArguments } from './terraform-arguments.ts';

/** Loaded without its types, which bring those of browsers. Rejects with the parser's message. */
const { parse }: { parse(name: string, text: string): Promise<Record<string, unknown>> } =
  createRequire(import.meta.url)('@cdktf/hcl2json');

const options: TerraformModuleOptions = {
  stackName: 'AutosysBridge',
  bucket: 'my-templates',
  prefix: 'autosys/',
  capability: 'CAPABILITY_NAMED_IAM',
  inVpc: true,
  hasSource: true,
  outputs: ['LedgerTableName'],
};

interface Parsed {
  readonly terraform?: readonly {
    readonly required_version: string;
    readonly required_providers: readonly unknown[];
  }[];
  readonly variable?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly data?: ByName;
  readonly resource?: ByName;
  readonly output?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
}
type ByName = Readonly<
  Record<string, Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>>
>;

async function parseModule(given: TerraformModuleOptions): Promise<Parsed> {
  const files = Object.entries(toTerraformModule(given));
  const parsed = await Promise.all(files.map(([name, text]) => parse(name, text)));
  return Object.assign({}, ...parsed) as Parsed;
}

const variants: readonly (readonly [string, TerraformModuleOptions])[] = [
  ['with a VPC and sources', options],
  ['without', { ...options, inVpc: false, hasSource: false }],
  ['with a prefix that is empty', { ...options, prefix: '' }],
];

describe.for(variants)('the Terraform module %s', ([, given]) => {
  let parsed: Parsed;
  beforeAll(async () => {
    parsed = await parseModule(given);
  });

  test('has resources and arguments of the documented provider only', () => {
    const used = [...toUses('resource', parsed.resource), ...toUses('data', parsed.data)];

    expect(used.length).toBeGreaterThan(3);
    for (const { type, names } of used) {
      const known: readonly string[] = terraformArguments[type]?.arguments ?? [];
      expect(names.filter((name) => !known.includes(name))).toEqual([]);
      const required: readonly string[] = terraformArguments[type]?.required ?? ['unknown type'];
      expect(names).toEqual(expect.arrayContaining([...required]));
    }
  });

  test('refers to variables, resources and locals that it has, and uses each variable', () => {
    const text = Object.values(toTerraformModule(given)).join('\n');
    const names = (pattern: RegExp) => new Set([...text.matchAll(pattern)].map(([, name]) => name));
    const variables = Object.keys(parsed.variable ?? {});

    expect([...names(/\bvar\.(\w+)/g)].toSorted()).toEqual(variables.toSorted());
    for (const name of names(/\baws_s3_object\.(\w+)/g)) {
      expect(Object.keys(parsed.resource?.['aws_s3_object'] ?? {})).toContain(name);
    }
    for (const name of names(/\blocal\.(\w+)/g))
      expect(text).toMatch(new RegExp(`^  ${name} += `, 'm'));
  });

  test('describes each variable', () => {
    for (const [variable] of Object.values(parsed.variable ?? {})) {
      expect(variable?.['description']).toMatch(/^[A-Z].{10,}/);
    }
  });

  test('is formatted as terraform fmt does: two blanks, aligned arguments', () => {
    for (const text of Object.values(toTerraformModule(given))) {
      expect(findFormatFaults(text)).toEqual([]);
    }
  });

  test('needs a Terraform and a provider that the documentation names', () => {
    expect(parsed.terraform?.[0]).toMatchObject({
      required_version: '>= 1.3',
      required_providers: [{ aws: { source: 'hashicorp/aws', version: '>= 5.0' } }],
    });
  });
});

describe('the stack of the Terraform module', () => {
  test('has the parameters of the template, and its capability', async () => {
    const { resource } = await parseModule(options);
    const [stack] = resource?.['aws_cloudformation_stack']?.['bridge'] ?? [];

    expect(stack?.['capabilities']).toEqual(['CAPABILITY_NAMED_IAM']);
    expect(Object.keys(stack?.['parameters'] ?? {}).toSorted()).toEqual([
      'AlarmEmail',
      'AlarmTopicArn',
      'CodeBucket',
      'CodePrefix',
      'SecurityGroupIds',
      'SubnetIds',
      'VpcId',
    ]);
    expect(stack?.['depends_on']).toEqual([expect.stringContaining('aws_s3_object.code')]);
  });

  test('has no network without a VPC', async () => {
    const { resource, variable } = await parseModule({ ...options, inVpc: false });
    const [stack] = resource?.['aws_cloudformation_stack']?.['bridge'] ?? [];

    expect(Object.keys(stack?.['parameters'] ?? {})).not.toContain('VpcId');
    expect(Object.keys(variable ?? {})).not.toContain('vpc_id');
  });

  test('keeps the objects of the former code until it has been updated', async () => {
    const { resource } = await parseModule(options);

    for (const [object] of Object.values(resource?.['aws_s3_object'] ?? {})) {
      expect(object?.['lifecycle']).toEqual([{ create_before_destroy: true }]);
    }
  });

  test('writes text with a dollar sign so that Terraform does not evaluate it', () => {
    const stackName = ['a$', '{b}'].join('');

    const { 'variables.tf': text } = toTerraformModule({ ...options, stackName });

    expect(text).toContain(['default     = "a$$', '{b}"'].join(''));
  });
});

describe('the page about Terraform', () => {
  const blocks = documentsOf()
    .flatMap((document) => blocksOf(document))
    .filter(({ language }) => language === 'hcl');

  test('uses the module with variables that it has, and with each required one', async () => {
    const { variable = {} } = await parseModule(options);
    const required = Object.keys(variable).filter(
      (name) => !('default' in (variable[name]?.[0] ?? {})),
    );

    expect(blocks).toHaveLength(1);
    for (const { text } of blocks) {
      const { module } = (await parse('page.tf', text)) as {
        readonly module: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
      };
      const names = Object.keys(module['autosys_bridge']?.[0] ?? {});
      expect(names.filter((name) => name !== 'source' && !(name in variable))).toEqual([]);
      expect(names).toEqual(expect.arrayContaining(required));
      expect(findFormatFaults(text)).toEqual([]);
    }
  });

  test('lists each variable', async () => {
    const page = readFileSync('docs/terraform.md', 'utf8');
    const { variable = {} } = await parseModule(options);
    const listed = [...page.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );

    expect(listed.toSorted()).toEqual(Object.keys(variable).toSorted());
  });
});

describe('the check of the format', () => {
  test.for([
    ['a = 1\nbcd = 2\n', ['1: expected the equals sign in column 5, found 3']],
    ['a {\n b = 1\n}\n', ['2: expected an indentation of 2, found 1']],
    ['a = 1 \n', ['1: found blanks at the end']],
  ] as const)('finds the fault in %j', ([text, faults]) => {
    expect(findFormatFaults(text)).toEqual(faults);
  });
});

/** Types with the names that one block of the file uses. */
function toUses(kind: string, blocks: ByName = {}) {
  return Object.entries(blocks).flatMap(([type, named]) =>
    Object.values(named).flatMap((all) =>
      all.map((block) => ({
        type: `${kind} ${type}`,
        // Arguments of every resource (Terraform language, meta-arguments).
        names: Object.keys(block).filter(
          (name) => !['for_each', 'depends_on', 'lifecycle'].includes(name),
        ),
      })),
    ),
  );
}

/** Faults that `terraform fmt` would correct: indentation, alignment, blanks at the end. */
function findFormatFaults(text: string): readonly string[] {
  const faults: string[] = [];
  let depth = 0;
  let block: { readonly line: number; readonly column: number }[] = [];
  const endBlock = () => {
    const column = Math.max(...block.map((one) => one.column));
    for (const one of block) {
      if (one.column !== column) {
        faults.push(
          `${one.line}: expected the equals sign in column ${column + 1}, found ${one.column + 1}`,
        );
      }
    }
    block = [];
  };
  for (const [at, line] of text.split('\n').entries()) {
    if (/\s$/.test(line)) faults.push(`${at + 1}: found blanks at the end`);
    const content = line.trim();
    if (content.startsWith('}')) depth -= 1;
    const indentation = line.length - line.trimStart().length;
    if (content !== '' && indentation !== 2 * depth) {
      faults.push(`${at + 1}: expected an indentation of ${2 * depth}, found ${indentation}`);
    }
    const isArgument = /^\w+ += [^{]*$|^\w+ += (?!\{$)/.test(content);
    if (isArgument) block.push({ line: at + 1, column: line.indexOf('=') });
    else endBlock();
    if (content.endsWith('{')) depth += 1;
  }
  endBlock();
  return faults;
}
