import { describe, expect, test } from 'vitest';
import { createExecutedEstate, executed } from './executed.ts';

const tenMegabytes = 'yes "a line of ten megabytes" | head -c 10485760; echo; echo the end';

describe('std files', () => {
  test.for([
    { prefix: '', content: 'before\nout\n' },
    { prefix: '>>', content: 'before\nout\n' },
    { prefix: '>> ', content: 'before\nout\n' },
    { prefix: '>', content: 'out\n' },
    { prefix: '> ', content: 'out\n' },
  ])('have "$content" after the prefix "$prefix"', async ({ prefix, content }) => {
    await using estate = createExecutedEstate(
      executed('a', 'echo out', `std_out_file: ${prefix}file`),
    );
    estate.write('file', 'before\n');

    await estate.start('a');
    await estate.reaches('a', 'SUCCESS');

    expect(estate.read('file')).toBe(content);
    expect(estate.output('a')).toEqual({ run: 1, try: 1, stderr: '' });
  });

  test('have the variables of the job in their names', async () => {
    await using estate = createExecutedEstate(
      executed(
        'a',
        'echo out; echo err >&2',
        'std_out_file: "$DIR/$AUTO_JOB_NAME.$AUTOSERV.out"',
        'std_err_file: $AUTO_JOB_NAME$NOTHING.err',
      ),
      { environment: { DIR: '.' } },
    );

    await estate.start('a');
    await estate.reaches('a', 'SUCCESS');

    expect(estate.read('a.ACE.out')).toBe('out\n');
    expect(estate.read('a.err')).toBe('err\n');
  });

  test('may be one file for both streams, which keeps the order', async () => {
    await using estate = createExecutedEstate(
      executed(
        'a',
        'echo 1; echo 2 >&2; echo 3; echo 4 >&2',
        'std_out_file: >both',
        'std_err_file: >both',
      ),
    );

    await estate.start('a');
    await estate.reaches('a', 'SUCCESS');

    expect(estate.read('both')).toBe('1\n2\n3\n4\n');
  });

  test('take ten megabytes', async () => {
    await using estate = createExecutedEstate(executed('a', tenMegabytes, 'std_out_file: >big'));

    await estate.start('a');
    await estate.reaches('a', 'SUCCESS');

    expect(estate.read('big')).toHaveLength(10_485_760 + '\nthe end\n'.length);
  });
});

describe('the kept output', () => {
  test('is what goes to no file, by stream, and complete at the end', async () => {
    await using estate = createExecutedEstate(executed('a', 'echo out; echo err > /dev/stderr'));
    const atEnd: unknown[] = [];
    estate.instance.onChange(({ status }) => {
      if (status === 'SUCCESS') atEnd.push(estate.output('a'));
    });

    await estate.start('a');
    await estate.reaches('a', 'SUCCESS');

    expect(atEnd).toEqual([{ run: 1, try: 1, stdout: 'out\n', stderr: 'err\n' }]);
    expect(estate.output('a')).toEqual(atEnd[0]);
  });

  test('is the last 64 KiB of ten megabytes', async () => {
    await using estate = createExecutedEstate(executed('a', tenMegabytes));

    await estate.start('a');
    await estate.reaches('a', 'SUCCESS');

    const { stdout = '' } = estate.output('a') ?? {};
    expect(stdout).toHaveLength(64 * 1024);
    expect(stdout.endsWith('\nthe end\n')).toBe(true);
  });

  test('begins with a whole character', async () => {
    await using estate = createExecutedEstate(
      executed('a', "printf '€%.0s' $(seq 1 30000); echo x"),
    );

    await estate.start('a');
    await estate.reaches('a', 'SUCCESS');

    expect(estate.output('a')?.stdout).toMatch(/^€+x\n$/);
  });

  test('can be read while the command runs, and after the emulator has stopped', async () => {
    await using estate = createExecutedEstate(
      executed('a', 'echo early; echo x > ready; sleep 300'),
    );

    await estate.start('a');
    await estate.fileHas('ready', /x/);
    expect(estate.output('a')?.stdout).toBe('early\n');
    estate.instance.stop();
    await estate.instance.waitForProcesses();

    expect(estate.output('a')?.stdout).toBe('early\n');
  });

  test('is kept for the last hundred tries', async () => {
    await using estate = createExecutedEstate(executed('a', 'echo $AUTORUN'));

    for (let run = 1; run <= 103; run += 1) {
      await estate.start('a');
      await estate.reaches('a', 'SUCCESS');
    }

    const runs = estate.instance.outputs('a').map(({ stdout }) => stdout);
    expect(runs).toHaveLength(100);
    expect([runs[0], runs.at(-1)]).toEqual(['4/1\n', '103/1\n']);
  });
});
