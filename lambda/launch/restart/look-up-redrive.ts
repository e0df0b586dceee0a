import type { DescribeExecution, NoAnswer } from '../../aws/lookup.ts';
import type { BoundRun } from '../bound-run.ts';
import type { ContinuedRun } from './continued-run.ts';

/**
 * Looks up whether an execution was continued. `unknown`: AWS shows no redrive, or not yet
 * (DescribeExecution is eventually consistent).
 *
 * Never rejects.
 */
export async function lookUpRedrive(
  describeExecution: DescribeExecution,
  { id, beganMs, redrive }: ContinuedRun,
  signal: AbortSignal,
): Promise<({ readonly kind: 'found' } & BoundRun) | { readonly kind: 'unknown' } | NoAnswer> {
  const answer = await describeExecution(id, signal);
  if (answer.kind !== 'found') return answer;
  const { redriveCount = 0, redriveDate } = answer.execution;
  if (redriveCount < redrive) return { kind: 'unknown' };
  const redrivenMs = redriveDate?.getTime();
  return { kind: 'found', id, beganMs, redrive, ...(redrivenMs !== undefined && { redrivenMs }) };
}
