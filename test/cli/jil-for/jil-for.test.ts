import { describe, expect, test } from 'vitest';
import { readJil } from '../../../autosys/jil/index.ts';
import { nameRules } from '../../../autosys/names.ts';
import { runCli } from '../setup.ts';
import {
  nightCaller,
  printJilFor,
  runJilFor,
  type TargetsAndCallers,
  toRouteFile,
} from './support.ts';

const machine = { stateMachine: 'm' };
const dated = { ...machine, input: { d: `\${param.date}` }, params: { date: '\\d{4}-\\d{2}' } };
const long = 'x'.repeat(64);

function jobsOf(jil: string): readonly string[] {
  return readJil({ name: 'out.jil', text: jil }).script.statements.map(({ object }) => object);
}

function commandsOf(jil: string): readonly string[] {
  return [...jil.matchAll(/^ *command: (.*)$/gm)].map(([, command = '']) => command);
}

describe('jil-for', () => {
  test('prints the waiting job of a target without mirror, and the keys of the other ways', async () => {
    const jil = await printJilFor(toRouteFile({ targets: { settlement: machine } }));

    expect(jobsOf(jil)).toEqual(['NIGHT_SETTLEMENT']);
    expect(jil).toContain('mirror: { global: NAME } for the way variable');
    expect(jil).toContain('mirror: { job: NAME } for the way box');
  });

  test.for([
    {
      mirror: { global: 'G' },
      jobs: ['NIGHT_A', 'NIGHT_A_LAUNCH', 'NIGHT_A_NEXT', 'NIGHT_A_FAILED'],
    },
    { mirror: { job: 'M' }, jobs: ['NIGHT_A', 'NIGHT_A_BOX', 'NIGHT_A_LAUNCH', 'M'] },
  ])('prints the ways of $mirror', async ({ mirror, jobs }) => {
    const jil = await printJilFor(toRouteFile({ targets: { a: { ...machine, mirror } } }));

    expect(jobsOf(jil)).toEqual(jobs);
    expect(jil).not.toContain('Without a waiting job');
  });

  test.for([
    {
      mirror: { global: 'G' },
      says: ['sets the variable G for the runs of every way', 'SET_GLOBAL -G G=INACTIVE'],
    },
    {
      mirror: { job: 'M' },
      says: ['sets the status of the job M for the runs of every way', 'Without this job nothing'],
    },
  ])('says what the waiting job needs of $mirror', async ({ mirror, says }) => {
    const file = toRouteFile({ targets: { a: { ...machine, mirror } } });

    const jil = (await printJilFor(file, ['--way', 'wait'])).replaceAll(/\s+/g, ' ');

    for (const text of says) expect(jil).toContain(text);
  });

  test('prints chosen targets and ways, and those that have the way if none is named', async () => {
    const targets = { a: { ...machine, mirror: { global: 'G' } }, b: machine };
    const file = toRouteFile({ targets });

    expect(jobsOf(await printJilFor(file, ['b']))).toEqual(['NIGHT_B']);
    expect(jobsOf(await printJilFor(file, ['--way', 'variable']))).toEqual([
      'NIGHT_A_LAUNCH',
      'NIGHT_A_NEXT',
      'NIGHT_A_FAILED',
    ]);
  });

  test('has machine, owner, profile and output files of the options', async () => {
    const jil = await printJilFor(toRouteFile({ targets: { a: machine } }), [
      ...['--machine', 'm1,m2', '--owner', 'night@m1', '--profile', '/a b/p'],
      ...['--log-dir', '/var/log/'],
    ]);

    expect(jil).toContain('machine: m1,m2\nowner: night@m1\nprofile: /a b/p\n');
    expect(jil).toContain('std_out_file: >/var/log/$AUTO_JOB_NAME.out\n');
    expect(jil).toContain('std_err_file: >>/var/log/$AUTO_JOB_NAME.out\n');
  });

  test('gives each parameter a variable, or the value of --param', async () => {
    const file = toRouteFile({ targets: { a: dated } });
    const [own] = commandsOf(await printJilFor(file));
    const [shared] = commandsOf(await printJilFor(file, ['--param', 'date=$$EOD_DATE']));
    const [fixed] = commandsOf(await printJilFor(file, ['--param', 'date=2026-11']));

    expect(own).toBe('exec autosys-bridge run a --param date="$$NIGHT_A_DATE" --timeout 1h30m');
    expect(shared).toBe('exec autosys-bridge run a --param date="$$EOD_DATE" --timeout 1h30m');
    expect(fixed).toBe('exec autosys-bridge run a --param date=2026-11 --timeout 1h30m');
  });

  test.for([
    { endsWithin: '1m', timeout: '--timeout 2m', minutes: 17 },
    { endsWithin: '90s', timeout: '--timeout 3m', minutes: 18 },
    { endsWithin: '12h', timeout: '--timeout 18h', minutes: 1_095 },
    { endsWithin: '20d', timeout: '--timeout 720h', minutes: 43_215 },
    { endsWithin: '21d', timeout: '', minutes: 45_375 },
    { endsWithin: '80d', timeout: '', minutes: 172_815 },
  ])('derives the times from endsWithin $endsWithin', async ({ endsWithin, timeout, minutes }) => {
    const jil = await printJilFor(toRouteFile({ targets: { a: { ...machine, endsWithin } } }));

    expect(commandsOf(jil)).toEqual([`exec autosys-bridge run a ${timeout}`.trimEnd()]);
    expect(jil).toContain(`\nterm_run_time: ${minutes}\n`);
  });

  test('leaves out a way that needs a job that no caller may act for, and says so', async () => {
    const targets = { a: { ...machine, mirror: { global: 'G' } } };
    const callers = { agents: { ...nightCaller, jobs: ['EOD'] } };

    const jil = await printJilFor(toRouteFile({ targets, callers }));

    expect(jobsOf(jil)).toEqual(['EOD']);
    expect(jil).toContain('The way variable is left out');
    expect(jil).toContain('for job EOD_LAUNCH');
    expect(jil).toContain('sendevent -E SET_GLOBAL -G G=INACTIVE');
  });

  test('prints a plan as data with --json', async () => {
    const file = toRouteFile({ targets: { a: { ...dated, mirror: { global: 'G' } } } });

    const { stdout } = await runJilFor(file, ['--json']);

    expect(JSON.parse(stdout)).toEqual({
      targets: [
        {
          target: 'a',
          firstSettings: [
            { globalVariable: 'G', command: 'sendevent -E SET_GLOBAL -G G=INACTIVE' },
            {
              globalVariable: 'NIGHT_A_DATE',
              command: 'sendevent -E SET_GLOBAL -G NIGHT_A_DATE=CHANGE_ME',
              pattern: '\\d{4}-\\d{2}',
            },
          ],
          ways: [
            { way: 'wait', jobs: ['NIGHT_A'], jil: expect.stringContaining('insert_job') },
            {
              way: 'variable',
              jobs: ['NIGHT_A_LAUNCH', 'NIGHT_A_NEXT', 'NIGHT_A_FAILED'],
              jil: expect.stringContaining('insert_job'),
            },
          ],
        },
      ],
    });
  });

  test('notes a target that no caller may start', async () => {
    const callers = { agents: { ...nightCaller, targets: ['a'] } };
    const { code, stderr, stdout } = await runJilFor(
      toRouteFile({ targets: { a: machine, b: machine }, callers }),
    );

    expect({ code, stderr }).toEqual({ code: 0, stderr: 'target b: no caller may start it yet\n' });
    expect(jobsOf(stdout)).toEqual(['NIGHT_A', 'B']);
  });
});

describe('the names of jobs', () => {
  const mirrored = { ...machine, mirror: { global: 'G' } };

  test.for([
    { jobs: ['*'], argv: [], first: 'FX_RATES' },
    { jobs: ['NIGHT_*'], argv: [], first: 'NIGHT_FX_RATES' },
    { jobs: ['*', 'NIGHT_*'], argv: [], first: 'NIGHT_FX_RATES' },
    { jobs: ['FX_RATES', 'FX_RATES_*'], argv: [], first: 'FX_RATES' },
    { jobs: ['EOD', 'N*_X*'], argv: [], first: 'NFX_RATES_X' },
    { jobs: ['*'], argv: ['--prefix', 'P-'], first: 'P-FX_RATES' },
    { jobs: ['*'], argv: ['--name', 'fx-rates=Own.Name'], first: 'Own.Name' },
  ])('are allowed to the caller of $jobs with $argv', async ({ jobs, argv, first }) => {
    const callers = { agents: { ...nightCaller, jobs } };

    const jil = await printJilFor(
      toRouteFile({ targets: { 'fx-rates': mirrored }, callers }),
      argv,
    );

    expect(jobsOf(jil)[0]).toBe(first);
  });

  test.for([
    { target: long, extra: mirrored, reserve: '_LAUNCH'.length },
    { target: long, extra: machine, reserve: 0 },
    { target: 'a'.repeat(58), extra: dated, reserve: '_DATE'.length },
  ])(
    'over 64 characters are refused with a shorter one: $target',
    async ({ target, extra, reserve }) => {
      const file = toRouteFile({ targets: { [target]: extra } });

      const first = await runJilFor(file);
      const again = await runJilFor(file);
      const [, option = ''] = /; add --name (\S+)$/m.exec(first.stderr) ?? [];
      const jil = await printJilFor(file, ['--name', option]);

      expect(first.code).toBe(2);
      expect(first.stderr).toMatch(/characters, allowed: 64; add --name/);
      expect(again).toEqual(first);
      const name = option.slice(target.length + 1);
      expect(name).toMatch(/^NIGHT_[AX]+_[0-9A-F]{8}$/);
      expect(name.length).toBe(nameRules.job.max - reserve);
      expect(jobsOf(jil)[0]).toMatch(new RegExp(`^${name}`));
    },
  );

  test('have different suggestions for targets with the same beginning', async () => {
    const targets = { [`${'a'.repeat(63)}b`]: machine, [`${'a'.repeat(63)}c`]: machine };

    const { stderr } = await runJilFor(toRouteFile({ targets }));

    const names = [...stderr.matchAll(/--name \S+=(\S+)/g)].map(([, name]) => name);
    expect(new Set(names).size).toBe(2);
  });

  test('are suggested again if two targets have the same name, with a unique one', async () => {
    const file = toRouteFile({ targets: { 'a-b': machine, a_b: machine } });

    const { code, stderr } = await runJilFor(file);
    const [, option = ''] = /; add --name (\S+)$/m.exec(stderr) ?? [];

    expect(code).toBe(2);
    expect(stderr).toContain('target a_b: job NIGHT_A_B has two uses, also that of target a-b');
    expect(jobsOf(await printJilFor(file, ['--name', option]))).toEqual([
      'NIGHT_A_B',
      option.replace('a_b=', ''),
    ]);
  });

  test('of a variable that is too long are refused with a shorter variable', async () => {
    const params = { [long]: 'x+' };
    const file = toRouteFile({ targets: { a: { ...machine, input: 'given', params } } });

    const { stderr } = await runJilFor(file);
    const [, option = ''] = /; add --param '(.*)'$/m.exec(stderr) ?? [];
    const [command] = commandsOf(await printJilFor(file, ['--param', option]));

    expect(stderr).toMatch(/variable NIGHT_A_X+… of parameter x+ has 72 characters, allowed: 64/);
    expect(command).toMatch(/--param x{64}="\$\$X{31}_[0-9A-F]{8}"/);
  });
});

interface BadInput {
  readonly file: TargetsAndCallers;
  readonly argv: readonly string[];
  readonly says: string;
}

const one = { targets: { a: machine } };
const coded = { ...machine, exitCodes: { FAILED: 4, Bad: 64 } };
const batch = { jobQueue: 'q', jobDefinition: 'd' };

describe('jil-for refuses', () => {
  test.for<BadInput>([
    { file: one, argv: ['b'], says: 'TARGET: found "b", allowed: a' },
    {
      file: one,
      argv: ['--way', 'boxx'],
      says: '--way: expected wait, variable, box, found "boxx"; did you mean box?',
    },
    {
      file: one,
      argv: ['a', '--way', 'box'],
      says: '--way box: target a does not have it; add mirror: { job: NAME } to the target, allowed now: wait',
    },
    { file: one, argv: ['--name', 'a'], says: '--name "a": expected KEY=VALUE' },
    {
      file: one,
      argv: ['--name', 'b=X'],
      says: '--name "b=X": unknown name before the equals sign, allowed: a',
    },
    {
      file: one,
      argv: ['--name', 'a=X', '--name', 'a=Y'],
      says: 'a is given twice, allowed: once',
    },
    {
      file: one,
      argv: ['--name', 'a=NIGHT X'],
      says: 'job name: found "NIGHT X", allowed: letters',
    },
    { file: one, argv: ['--name', 'a=NIGHT_\n/*'], says: 'job name: found "NIGHT_\\n/*"' },
    {
      file: one,
      argv: ['--name', 'a=DAY'],
      says: 'target a: no caller may start it for job DAY, allowed: the jobs of agents (NIGHT_*)',
    },
    { file: one, argv: ['--prefix', 'DAY_'], says: 'no caller may start it for job DAY_A' },
    {
      file: one,
      argv: ['--name', `a=${'N'.repeat(65)}`],
      says: 'has 65 characters, allowed: 64; choose a shorter name',
    },
    { file: one, argv: ['--machine', 'm 1;'], says: '--machine: expected a machine name' },
    { file: one, argv: ['--machine', ''], says: '--machine: expected printable ASCII' },
    { file: one, argv: ['--owner', 'a b'], says: '--owner: expected user or user@host' },
    {
      file: one,
      argv: ['--profile', '/a"b'],
      says: '--profile: expected printable ASCII without double quotes',
    },
    {
      file: one,
      argv: ['--profile', '/'.repeat(256)],
      says: '--profile: expected at most 255 characters, found 256',
    },
    {
      file: one,
      argv: ['--log-dir', `/${'l'.repeat(200)}`],
      says: '--log-dir: expected at most 255 characters',
    },
    {
      file: one,
      argv: ['--param', 'x=1'],
      says: 'unknown name before the equals sign, allowed: none, because no target has one',
    },
    {
      file: { targets: { a: dated } },
      argv: ['--param', 'date=2026'],
      says: '--param date of target a: found "2026", which does not match its pattern \\d{4}-\\d{2}',
    },
    ...['$(id)', '`id`', '"', '\\', '$X', 'a\nb', 'é'].map((value) => ({
      file: { targets: { a: dated } },
      argv: ['--param', `date=${value}`],
      says: 'allowed: printable ASCII without double quotes, backslashes and backquotes',
    })),
    {
      file: one,
      argv: ['--success', 'a=4'],
      says: '--success a: found 4, allowed: 0, the codes in exitCodes of the target',
    },
    {
      file: { targets: { a: coded } },
      argv: ['--success', 'a=4,64'],
      says: 'found 64, a code of the command itself (64, 65, 69, 77, 78, 124, and 128 and above)',
    },
    {
      file: { targets: { a: batch } },
      argv: ['--success', 'a=1-200'],
      says: 'found 64, a code of the command itself',
    },
    {
      file: { targets: { a: batch } },
      argv: ['--success', 'a=5-3'],
      says: 'expected codes and ranges from 0 to 255, such as 4,10-12, found "5-3"',
    },
    { file: { targets: { a: batch } }, argv: ['--success', 'a=x'], says: 'found "x"' },
    {
      file: { targets: { a: { ...machine, mirror: { job: 'NIGHT_A' } } } },
      argv: [],
      says: 'target a: job NIGHT_A has two uses, also the mirror of target a; add --name a=NIGHT_A_',
    },
    {
      file: { targets: { a: dated, b: { ...machine, mirror: { global: 'NIGHT_A_DATE' } } } },
      argv: [],
      says: 'target a: variable NIGHT_A_DATE has two uses, also the mirror of target b',
    },
    {
      file: { targets: { a: dated, 'a-date': machine } },
      argv: ['--name', 'a-date=NIGHT_A'],
      says: 'target a-date: job NIGHT_A has two uses, also that of target a',
    },
    {
      file: {
        targets: {
          a: {
            ...machine,
            input: 'given',
            params: Object.fromEntries(
              Array.from({ length: 20 }, (_, at) => [`${'p'.repeat(30)}${at}`, 'x']),
            ),
          },
        },
      },
      argv: [],
      says: 'target a: the command has ',
    },
    {
      file: {
        targets: { a: { ...machine, mirror: { global: 'G' } } },
        callers: { agents: { ...nightCaller, jobs: ['EOD'] } },
      },
      argv: ['--way', 'variable'],
      says: 'no caller may start it for job EOD_LAUNCH, allowed: the jobs of agents (EOD)',
    },
  ])('$argv: $says', async ({ file, argv, says }) => {
    const { code, stdout, stderr } = await runJilFor(toRouteFile(file), argv);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
  });

  test('every fault of a command line at once', async () => {
    const { stderr } = await runJilFor(toRouteFile(one), ['b', '--way', 'x', '--owner', 'a b']);

    expect(stderr.match(/^(?:error: )?jil-for: (?:TARGET|--way|--owner)/gm)).toHaveLength(3);
  });

  test('a command line without --config', async () => {
    expect(await runCli(['jil-for'])).toMatchObject({ code: 2 });
  });

  test('a route file without targets', async () => {
    const file = toRouteFile({ targets: {}, callers: {} });

    const { code, stderr } = await runJilFor(file);

    expect(code).toBe(1);
    expect(stderr).toMatch(/targets/);
  });
});
