import { describe, expect, test } from 'vitest';
import { rest, runName, startStopRig } from './stop-aws.ts';

describe('the limits of a stop', () => {
  test('five levels below the run are looked at, the sixth is named', async () => {
    await using aws = await startStopRig([plain('level-1')]);
    for (let level = 1; level <= 6; level += 1) {
      aws.define(`level-${level}`, {
        steps: level < 6 ? [plain(`level-${level + 1}`), rest] : [rest],
      });
    }
    await aws.begin();
    await aws.stop(runName);

    expect(await aws.sweepFor(11)).toEqual(['stopParked']);

    expect(aws.active()).toEqual(['level-6']);
    expect((await aws.status(runName)).body.stop?.remaining).toEqual([
      expect.stringMatching(
        /^execution .*:level-5:level-5: not looked at, more than 5 levels: .*:level-6:level-6$/,
      ),
    ]);
  });

  test('two hundred workloads are looked at, the others are named', async () => {
    const branches = Array.from({ length: 205 }, (_, at) => [plain(`leaf-${at}`, 'leaf')]);
    await using aws = await startStopRig([{ kind: 'parallel', state: 'All', branches }, rest]);
    aws.define('leaf', { steps: [rest] });
    await aws.begin();
    await aws.stop(runName);

    expect(await aws.sweepFor(11)).toEqual(['stopParked']);

    expect(aws.active()).toHaveLength(6);
    expect((await aws.status(runName)).body.stop?.remaining).toEqual([
      expect.stringMatching(/not looked at, more than 200 workloads: .* and 1 more$/),
    ]);
  });

  test('a history of more than a page is read to its end', async () => {
    const branches = Array.from({ length: 300 }, (_, at) => [
      { kind: 'lambda', state: `Quick${at}`, functionName: 'quick', for: 1 } as const,
    ]);
    await using aws = await startStopRig([
      { kind: 'parallel', state: 'All', branches },
      plain('late', 'child'),
      rest,
    ]);
    await aws.begin();
    expect(aws.active()).toContain('late');
    await aws.stop(runName);

    expect(await aws.sweepFor(1)).toEqual(['stopProven']);

    expect(aws.active()).toEqual([]);
    expect(aws.workloads.calls['GetExecutionHistory']).toBeGreaterThan(2);
  });
});

function plain(executionName: string, stateMachine = executionName) {
  const state = `Start-${executionName}`;
  return { kind: 'startExecution', state, stateMachine, executionName, sync: false } as const;
}
