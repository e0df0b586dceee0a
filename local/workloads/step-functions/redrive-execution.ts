import { defineOperation, type WorkloadOperation } from '../operation.ts';
import { ServiceRefusal } from '../refusal.ts';
import { optionalMember, structure, textMember } from '../shape.ts';
import type { WorkloadWorld } from '../world.ts';
import { requireExecution } from './find-execution.ts';

interface UsedToken {
  readonly token: string;
  readonly usedAt: number;
  readonly redrivenAt: number;
}

/** Documented: the last ten tokens of an execution, each for fifteen minutes. */
const tokensKept = 10;
const tokenValidMs = 15 * 60_000;

/**
 * RedriveExecution: continues an execution that failed, timed out or was aborted, with the
 * definition of its first start. The same token gives the same answer.
 */
export function createRedriveExecutionOperation({
  clock,
  executions,
  stateMachines,
}: Pick<WorkloadWorld, 'clock' | 'executions' | 'stateMachines'>): WorkloadOperation {
  const usedByArn = new Map<string, readonly UsedToken[]>();
  return defineOperation({
    service: 'states',
    name: 'RedriveExecution',
    request: structure({
      executionArn: textMember({ min: 1, max: 256 }),
      clientToken: optionalMember(textMember({ min: 1, max: 64, pattern: /^[!-~]+$/ })),
    }),
    permissions: ({ executionArn }) => [
      { action: 'states:RedriveExecution', resource: executionArn },
    ],
    run: function redriveExecution({ executionArn, clientToken: token }) {
      const record = requireExecution(executions, executionArn);
      const used = usedByArn.get(executionArn) ?? [];
      const repeated = used.find((one) => one.token === token);
      if (repeated && clock.now() - repeated.usedAt < tokenValidMs) {
        return { redriveDate: repeated.redrivenAt / 1_000 };
      }
      const { machine } = stateMachines.resolve(record.stateMachineArn.replace(/\/[^/:]*$/, ''));
      if (machine.status === 'DELETING') {
        const message = 'State machine is in DELETING status';
        throw new ServiceRefusal('ExecutionNotRedrivable', message);
      }
      const { redrivenAt = 0 } = executions.redrive(record, 'caller');
      if (token !== undefined) {
        const newest = { token, usedAt: clock.now(), redrivenAt };
        usedByArn.set(executionArn, [newest, ...used].slice(0, tokensKept));
      }
      return { redriveDate: redrivenAt / 1_000 };
    },
  });
}
