import { describe, expect, test } from 'vitest';
import type { LaunchTarget } from '../../../lambda/routing/targets.ts';
import { directPolicy, isAllowedByPolicy } from '../../support/direct-policy.ts';
import { aBatchJobTarget, anExecutionTarget } from '../../support/launch-targets.ts';
import { startDirectRig } from './direct-rig.ts';

const minuteMs = 60_000;
const sigint = { kind: 'signal', signal: 'SIGINT' } as const;
const risk = aBatchJobTarget({ jobDefinition: 'risk' });

/** Direct mode with a role that has the policy of docs/launch.md. */
async function startRig(target: LaunchTarget) {
  const rig = await startDirectRig([target]);
  const policy = directPolicy();
  const denied: string[] = [];
  rig.workloads.define({
    stateMachine: 'settlement',
    runs: {
      steps: [
        {
          ...{ kind: 'distributedMap', state: 'Files', label: 'Files', items: 2 },
          child: () => ({ steps: [{ kind: 'wait', state: 'Work', for: 30 * minuteMs }] }),
        },
      ],
    },
  });
  rig.workloads.define({ jobQueue: 'night' });
  rig.workloads.define({
    jobDefinition: 'risk',
    runs: ({ arrayIndex = 0 }) => ({
      attempts: [{ runningFor: 10 * minuteMs, exitCode: arrayIndex, logs: ['a line'] }],
    }),
  });
  rig.workloads.configure({
    syncChildrenStop: false,
    authorize: (action, resource, tags) => {
      const isAllowed = isAllowedByPolicy(policy, { action, resource, tags });
      if (!isAllowed) denied.push(`${action} ${resource}`);
      return isAllowed;
    },
  });
  return { ...rig, denied };
}

describe('the policy of direct mode in docs/launch.md', () => {
  test('lets a kill stop an execution with the children of its map', async () => {
    const rig = await startRig(anExecutionTarget());
    const command = rig.run();
    await rig.pass(3 * minuteMs);
    command.kill(sigint);

    expect(await rig.finish(command)).toMatchObject({ source: 'SIGINT received; stop proven' });
    expect(rig.denied).toEqual([]);
    expect(rig.runs().every((run) => run.endsWith('ABORTED'))).toBe(true);
  });

  test('lets an array job be followed to its exit code and its log', async () => {
    const rig = await startRig({ ...risk, arraySize: 3 });
    const command = rig.run();

    const { code } = await rig.finish(command);
    const log = (await command.readLog()).join('\n');

    expect(code).toBe(2);
    expect(log).toContain('a line');
    expect(rig.denied).toEqual([]);
  });

  test('lets a kill stop a Batch job', async () => {
    const rig = await startRig(risk);
    const command = rig.run();
    await rig.pass(3 * minuteMs);
    command.kill(sigint);

    expect(await rig.finish(command)).toMatchObject({ source: 'SIGINT received; stop proven' });
    expect(rig.denied).toEqual([]);
  });

  test('denies another state machine, and the command says so', async () => {
    const rig = await startRig(anExecutionTarget({ stateMachine: 'payments' }));
    rig.workloads.define({ stateMachine: 'payments' });

    const end = await rig.finish(rig.run());

    expect(end).toMatchObject({ code: 77, source: 'nothing was started' });
    expect(end.errors[0]).toBe('error: StartExecution was denied: AccessDeniedException');
    expect(rig.runs()).toEqual([]);
  });
});
