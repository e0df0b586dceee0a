import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { commonOptions, readArguments } from '../../cli/arguments.ts';
import { cloneCommands } from '../../cli/clone-commands.ts';
import type { CliCommand } from '../../cli/command.ts';
import { clonePrefix, commandPrefix } from '../../cli/command-prefix.ts';
import { commands } from '../../cli/commands/index.ts';
import { printHelp, printOverview } from '../../cli/usage.ts';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import { LocalSts } from '../../local/index.ts';
import { installCommand } from '../support/command-on-path.ts';
import { blocksOf, documentsOf, readDocument } from '../support/documents.ts';
import { type EmbeddedTable, startLedgerTable } from '../support/ledger-table.ts';
import { environmentFor, runCli } from './setup.ts';

const root = join(import.meta.dirname, '../..');
const all: readonly CliCommand[] = await Promise.all(Object.values(commands).map((load) => load()));
const commandsByName = new Map(all.map((command) => [command.name, command]));

/** A command that the program or a document prints. */
interface PrintedCommand {
  readonly origin: string;
  /** Without the prefix, and with sample values for placeholders. */
  readonly line: string;
}

const sampleArn = 'arn:aws:states:eu-west-1:111122223333:execution:settlement:night-42';
const sampleConnection = '--url https://localhost:1 --user u --password-file pw --ca ca.pem';

/** Sample values for the placeholders of documents and usage lines. */
const samples: Readonly<Record<string, string>> = {
  EXECUTION_ARN: sampleArn,
  ARN: sampleArn,
  RUN: sampleArn,
  TIME: '2026-11-20T02:00Z',
  '"$(output LedgerTableName)"': 'Ledger',
};

/** Sample values for the interpolations in the source of the program. */
const sampleExpressions: Readonly<Record<string, string>> = {
  'quoteForShell(key)': "'state ACE global AWS_SETTLEMENT'",
  "mayActTwice(entry) ? ' --yes' : ''": ' --yes',
  'quoteArgument(event.job)': 'ETL',
  connection: sampleConnection,
  name: 'NIGHT_EOD-r1620t1-ACE',
  run: sampleArn,
};

function fillPlaceholders(line: string): string {
  return Object.entries(samples).reduce(
    (text, [placeholder, sample]) =>
      /^\w+$/.test(placeholder)
        ? text.replaceAll(new RegExp(`(?<![\\w$-])${placeholder}(?![\\w-])`, 'g'), sample)
        : text.replaceAll(placeholder, sample),
    line,
  );
}

/** Not the name of a folder, a file or a package before a word of a sentence. */
const prefixes = new RegExp(`(?<![\\w/.-])(?:${commandPrefix}|${clonePrefix}) `);

/** The commands in a text: each from the prefix to the end of its line. */
function findCommands(text: string, origin: string): readonly PrintedCommand[] {
  return text.split('\n').flatMap((line) => {
    const [, ...rest] = line.split(prefixes);
    return rest.map((one) => ({ origin, line: fillPlaceholders(one) }));
  });
}

/** The usage line is a pattern, and the overview names COMMAND; both are checked separately. */
function findHelpCommands(): readonly PrintedCommand[] {
  return all.flatMap((command) => {
    const lines = printHelp(command).split('\n');
    const text = lines.filter((line) => !line.startsWith('usage: ')).join('\n');
    return findCommands(text, `help of ${command.name}`);
  });
}

/** Help and hints are not in the source as whole commands. Help is rendered above instead. */
const renderers = ['cli/usage.ts', 'cli/run.ts'];

function findSources(): readonly string[] {
  return readdirSync(join(root, 'cli'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join('cli', file));
}

/** The commands in templates of the source: advice, messages and commands to copy. */
function findSourceCommands(): readonly PrintedCommand[] {
  return findSources()
    .filter((file) => !renderers.includes(file))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      const found = [...text.matchAll(/\$\{commandPrefix\} ((?:\$\{[^}]*\}|[^`\n])*)/g)];
      return found.map(([, template = '']) => ({
        origin: file,
        line: template.replaceAll(/\$\{([^}]*)\}/g, (_, expression: string) => {
          const sample = sampleExpressions[expression];
          if (sample === undefined) throw new Error(`${file}: no sample value for ${expression}`);
          return sample;
        }),
      }));
    });
}

/** Forms of the prefix that a document must not print, and the command after it. */
const otherPrefixes = /npm run (?:-s |--silent )?bridge\b(?: -- ([a-z-]+|…))?.{0,20}/g;

/** The pages that people copy commands from. */
const documents = documentsOf().filter((path) => path === 'README.md' || /^docs/.test(path));

/** Code spans may continue on the next line. */
function spansOf(document: string): readonly string[] {
  const prose = readDocument(document).replaceAll(/^ *(`{3,}|~{3,})[\s\S]*?^ *\1$/gm, '');
  return [...prose.matchAll(/`([^`]+)`/g)].map(([, span = '']) =>
    span.replaceAll(/\s*\n\s*/g, ' '),
  );
}

function findDocumentCommands(): readonly PrintedCommand[] {
  return documents.flatMap((document) => {
    const blocks = blocksOf(document).map(({ text }) => text.replaceAll(/\\\n\s*/g, ''));
    return [...blocks, ...spansOf(document)]
      .flatMap((text) => findCommands(text, document))
      .filter(({ line }) => !line.startsWith('…'));
  });
}

/** Splits a shell line into words, up to a redirection, a pipe, a comment or the next command. */
function toWords(line: string): readonly string[] {
  const token =
    /\s+|(?<end>[|<>;&#].*)|'(?<single>[^']*)'|"(?<double>(?:[^"\\]|\\.)*)"|\\(?<escaped>.)|(?<plain>[^\s'"\\|<>;&]+)/gy;
  const words: string[] = [];
  let isOpen = false;
  for (const { groups = {} } of line.matchAll(token)) {
    if (groups['end'] !== undefined) break;
    const part = groups['single'] ?? groups['double'] ?? groups['escaped'] ?? groups['plain'];
    if (part === undefined) isOpen = false;
    else if (isOpen) words.push(`${words.pop()}${part}`);
    else words.push(part);
    isOpen = part !== undefined;
  }
  return words;
}

/** Parses a command by its own options and flags. @throws for an unknown command or option */
function parseCommand({ origin, line }: PrintedCommand) {
  const [name = '', ...argv] = toWords(line);
  const command = commandsByName.get(name);
  if (name.startsWith('--')) return { name, argv: toWords(line) };
  if (command === undefined) throw new Error(`${origin}: unknown command ${name} in: ${line}`);
  readArguments(command, argv);
  return { name, argv: [name, ...argv] };
}

/** A sentence of a document may name a command without its arguments. */
function isOnlyName({ origin, line }: PrintedCommand): boolean {
  return documents.includes(origin) && commandsByName.has(line);
}

const printed = [...findHelpCommands(), ...findSourceCommands(), ...findDocumentCommands()];
const unique = [...new Map(printed.map((one) => [one.line, one])).values()];

describe('the commands that help, advice and documents print', () => {
  test('are found in each of them', () => {
    expect(findHelpCommands().length).toBeGreaterThan(20);
    expect(findSourceCommands().length).toBeGreaterThan(6);
    expect(findDocumentCommands().length).toBeGreaterThan(25);
  });

  test.for(unique)('are known commands with known options: $line', (one) => {
    expect(() => parseCommand(one)).not.toThrow();
  });

  describe('are complete', () => {
    let table: EmbeddedTable;
    let sts: LocalSts;
    let autosys: Emulator;

    beforeAll(async () => {
      table = await startLedgerTable();
      autosys = await startEmulator({ eventDelayMs: 0 });
      vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', table.url);
      sts = await LocalSts.start();
      const keys = sts.callers.keysFor('arn:aws:iam::111122223333:user/ops');
      vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url);
      vi.stubEnv('AWS_REGION', 'eu-west-1');
      vi.stubEnv('AWS_ACCESS_KEY_ID', keys.accessKeyId);
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', keys.secretAccessKey);
    });

    afterAll(async () => {
      vi.unstubAllEnvs();
      await autosys[Symbol.asyncDispose]();
      await table[Symbol.asyncDispose]();
      await sts.stop();
    });

    // Without files, a command that reads one ends with 1. Exit code 2 is an invalid command line.
    // `demo` synthesises the CDK app first, and is tested on its own.
    test.for(unique.filter((one) => !one.line.startsWith('demo') && !isOnlyName(one)))(
      'for the embedded servers: $line',
      async (one) => {
        const { argv } = parseCommand(one);
        const env = { LEDGER_TABLE: 'Ledger', SWEEP_FUNCTION: 'Sweep' };
        // `emulate` and `tonight --watch` stop immediately. The latter needs a terminal.
        const isWatch = argv.includes('--watch');
        const signal = isWatch || argv[0] === 'emulate' ? AbortSignal.abort() : undefined;

        const { code, stderr } = await runCli(
          argv,
          environmentFor(autosys, { env, isTTY: isWatch, ...(signal && { signal }) }),
        );

        expect(code === 2 ? stderr : '').toBe('');
      },
    );
  });
});

/** AutoSys has commands with these names too. A document may mean those. */
const namesInAutosys = ['sendevent', 'autorep', 'jil'];

describe('a command that a document names without the prefix', () => {
  const named = documents.flatMap((document) =>
    spansOf(document).flatMap((span) => {
      const [name = '', ...argv] = toWords(span);
      const command = namesInAutosys.includes(name) ? undefined : commandsByName.get(name);
      const options = argv.filter((word) => word.startsWith('--'));
      return command === undefined || options.length === 0 ? [] : [{ span, command, options }];
    }),
  );

  test('is found', () => expect(named.length).toBeGreaterThan(2));

  test.for(named)('has known options: $span', ({ command, options }) => {
    const known = Object.keys({ ...command.options, ...commonOptions });

    expect(known).toEqual(expect.arrayContaining(options.map((option) => option.slice(2))));
  });
});

describe('the help of a command', () => {
  test.for(all)('$name names only options and flags that the command has', (command) => {
    const known = new Set([...Object.keys(command.options), ...Object.keys(commonOptions)]);
    const text = printHelp(command).replaceAll(commandPrefix, '');
    const options = [...text.matchAll(/(?<![\w-])--([a-z][a-z-]*)/g)].map(([, name = '']) => name);

    expect(options.length).toBeGreaterThan(0);
    expect(options.filter((name) => !known.has(name))).toEqual([]);
    const flags = [...(command.usage ?? '').matchAll(/(?<![\w-])-[A-Za-z]\b/g)].map(
      ([flag]) => flag,
    );
    expect(flags.filter((flag) => !command.autosysFlags?.[flag])).toEqual([]);
  });

  test.for(all)('$name names other commands that exist', ({ notes = [], positionals, options }) => {
    const texts = [
      ...notes,
      positionals?.about ?? '',
      ...Object.values(options).map(({ about }) => about),
    ];
    const named = texts.flatMap((text) => [...text.matchAll(/`([a-z-]+)`/g)].map(([, one]) => one));

    expect(named.filter((one = '') => !commandsByName.has(one))).toEqual([]);
  });
});

describe('the command prefix', () => {
  test('starts the program where it is installed, and that of npm in a clone', async () => {
    using command = await installCommand();

    for (const [prefix, env] of [
      [commandPrefix, command.env],
      [clonePrefix, process.env],
    ] as const) {
      const { status, stdout, stderr } = spawnSync('sh', ['-c', `${prefix} --help`], {
        ...{ cwd: root, env, encoding: 'utf8' },
      });

      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toBe(printOverview(all));
    }
  });

  test('is in one file of the program only', () => {
    const others = findSources().filter(
      (file) =>
        file !== 'cli/command-prefix.ts' &&
        /autosys-bridge(?!\.)|npm run/.test(readFileSync(join(root, file), 'utf8')),
    );

    expect(others).toEqual([]);
  });

  test.for(documents)('is the same in %s', (document) => {
    const text = readDocument(document).replaceAll(/\s+/g, ' ');

    const found = [...text.matchAll(otherPrefixes)];

    // `…` explains how any command is run in a clone.
    const allowed: readonly (string | undefined)[] = [...cloneCommands, '…'];
    expect(found.filter(([, name]) => !allowed.includes(name)).map(([one]) => one)).toEqual([]);
  });
});

describe('the check of a printed command', () => {
  test.for([
    { line: 'replya KEY', says: 'unknown command replya' },
    { line: 'replay KEY --yess', says: 'unknown option --yess' },
    { line: 'validate a.yaml --secrets=1', says: 'unexpected value' },
    { line: 'doctor --config', says: 'value missing' },
  ])('finds the fault in: $line', ({ line, says }) => {
    expect(() => parseCommand({ origin: 'test', line })).toThrow(says);
  });

  test.for([
    {
      line: `dismiss 'a b' --reason "set by hand"  # why`,
      words: ['dismiss', 'a b', '--reason', 'set by hand'],
    },
    { line: 'jil < a.jil', words: ['jil'] },
    { line: `status x'y z'"w" | head`, words: ['status', 'xy zw'] },
  ])('splits into words: $line', ({ line, words }) => {
    expect(toWords(line)).toEqual(words);
  });
});
