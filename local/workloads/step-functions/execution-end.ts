import type { ExecutionEnd } from './plan.ts';

/** The end of an execution, as its record has it. */
export type PlannedEnd = Exclude<ExecutionEnd, { readonly outputOf: string }>;

/**
 * The end of an execution whose steps have all succeeded.
 *
 * @param results output of the states that have one, by their name
 * @throws {Error} if the plan wants the output of a state that has none
 */
export function toPlannedEnd(
  end: ExecutionEnd = { status: 'SUCCEEDED' },
  results: ReadonlyMap<string, string>,
): PlannedEnd {
  if (!('outputOf' in end)) return end;
  const { status, outputOf } = end;
  const output = results.get(outputOf);
  if (output !== undefined) return { status, output };
  const allowed = [...results.keys()].join(', ') || 'none';
  throw new Error(
    `plan, end: found outputOf ${outputOf}, allowed: states of kind invoke: ${allowed}`,
  );
}
