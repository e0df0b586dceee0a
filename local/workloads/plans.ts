/** A plan for the runs whose name matches a pattern. */
export interface NamedPlan<Plan> {
  /** A name; `*` stands for any characters. */
  readonly name: string;
  readonly plan: Plan;
}

/**
 * The plans of a state machine or a job definition: one for every run, a list by name whose first
 * match applies, or a function of the start.
 */
export type Plans<Start, Plan> = Plan | readonly NamedPlan<Plan>[] | ((start: Start) => Plan);

/** The plan of a run. @param otherwise the plan for a run that no pattern of a list matches */
export function choosePlan<Start, Plan extends object>(
  plans: Plans<Start, Plan> | undefined,
  { start, name, otherwise }: { start: Start; name: string; otherwise: Plan },
): Plan {
  if (plans === undefined) return otherwise;
  if (typeof plans === 'function') return plans(start);
  if (!isList(plans)) return plans;
  return plans.find((one) => matchesName(one.name, name))?.plan ?? otherwise;
}

function isList<Plan>(plans: object): plans is readonly NamedPlan<Plan>[] {
  return Array.isArray(plans);
}

function matchesName(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name);
}
