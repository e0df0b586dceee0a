import { ServiceRefusal } from '../refusal.ts';
import type { ExecutionRecord } from './execution.ts';
import type { PlannedExecutions } from './executions.ts';
import { readStatesArn } from './states-arn.ts';

/**
 * Finds a planned execution.
 *
 * @throws {ServiceRefusal} `InvalidArn` or `ExecutionDoesNotExist`
 */
export function requireExecution(
  executions: PlannedExecutions,
  executionArn: string,
  lagMs = 0,
): ExecutionRecord {
  readStatesArn(executionArn, 'execution');
  const found = executions.find(executionArn, lagMs);
  if (found === undefined) throw unknownExecution(executionArn);
  return found;
}

/** The error of AWS for an unknown execution. */
export function unknownExecution(executionArn: string): ServiceRefusal {
  const message = `Execution Does Not Exist: '${executionArn}'`;
  return new ServiceRefusal('ExecutionDoesNotExist', message);
}
