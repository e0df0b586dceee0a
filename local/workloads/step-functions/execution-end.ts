import type { ExecutionEnd } from './plan.ts';

/**
 * The end of an execution whose steps have all succeeded.
 *
 * @param results output of the states that have one, by their name
 * @throws {Error} if the plan wants the output of a state that has none, or two outputs
 */
export function toPlannedEnd(
  end: ExecutionEnd = { status: 'SUCCEEDED' },
  results: ReadonlyMap<string, string>,
): ExecutionEnd {
  if (end.status !== 'SUCCEEDED' || end.outputOf === undefined) return end;
  const { status, outputOf } = end;
  const output = results.get(outputOf);
  if (output !== undefined && end.output === undefined) return { status, output };
  const found = end.output === undefined ? `outputOf ${outputOf}` : 'output and outputOf';
  const allowed = [...results.keys()].join(', ') || 'none';
  throw new Error(`plan, end: found ${found}, allowed: one state of kind invoke: ${allowed}`);
}
