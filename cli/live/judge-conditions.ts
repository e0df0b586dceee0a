import { toChain } from '../../autosys/condition/chain.ts';
import {
  atomsOf,
  type Condition,
  printAtom,
  type ValueAtom,
} from '../../autosys/condition/index.ts';
import { matchesGlob } from '../../lambda/routing/origin.ts';
import { printTemplate } from '../../route-file/template-print.ts';
import type { DefinedJob, JobCondition } from './defined-jobs.ts';
import { createFindVariables, type FindVariables } from './find-variables.ts';
import type { LiveRow } from './live-row.ts';
import { canMakeTrue, type OpenSetter, type ProducedVariable } from './produced-values.ts';

/** What the bridge can set. */
export interface ProducedSettings {
  readonly variables: readonly ProducedVariable[];
  readonly open: readonly OpenSetter[];
}

/** A term on a variable of the bridge, with the variables of the route file that it may read. */
interface BridgeTerm {
  readonly atom: ValueAtom;
  readonly variables: readonly ProducedVariable[];
  readonly isPossible: boolean;
}

/**
 * The rows of the conditions that read variables of the bridge: whether the bridge can set a value for
 * which the condition holds. Terms on other jobs and variables are taken as possible. Pure.
 */
export function judgeConditions(
  jobs: readonly DefinedJob[],
  settings: ProducedSettings,
): readonly LiveRow[] {
  const findVariables = createFindVariables(settings.variables);
  return jobs.flatMap((job) => [
    ...job.conditions.flatMap((one) => judgeCondition(job, one, { settings, findVariables })),
    ...judgeUnparsed(job, settings),
  ]);
}

function judgeCondition(
  job: DefinedJob,
  { attribute, condition }: JobCondition,
  deps: { readonly settings: ProducedSettings; readonly findVariables: FindVariables },
): readonly LiveRow[] {
  const terms = new Map<ValueAtom, BridgeTerm>();
  for (const atom of atomsOf(condition)) {
    if (atom.kind !== 'value') continue;
    const term = toTerm(atom, job.instance, deps);
    if (term.variables.length > 0) terms.set(atom, term);
  }
  if (terms.size === 0) return [];
  const row = {
    check: 'condition',
    subject: `${attribute} of ${job.name} (${job.instance})`,
  } as const;
  const impossible = [...terms.values()].filter(({ isPossible }) => !isPossible);
  if (impossible.length === 0) {
    const texts = [...terms.keys()].map((atom) => printAtom(atom));
    return [{ ...row, verdict: 'passed', found: `can become true: ${texts.join(', ')}` }];
  }
  const found = impossible.map(describeImpossible).join('; ');
  const holds = (atom: ValueAtom) => terms.get(atom)?.isPossible ?? true;
  if (canHold(condition, holds)) {
    return [{ ...row, verdict: 'passed', found: `another term can make it true; ${found}` }];
  }
  const advice =
    'correct the value in the condition, or the values of the route; something outside the bridge would have to set it otherwise';
  return [{ ...row, verdict: 'finding', found, advice }];
}

function toTerm(
  atom: ValueAtom,
  ownInstance: string,
  { settings, findVariables }: { settings: ProducedSettings; findVariables: FindVariables },
): BridgeTerm {
  const instance = atom.instance ?? ownInstance;
  const variables = findVariables(instance, atom.globalVariable);
  const isOpen = settings.open.some(
    (one) => one.instance === instance && matchesGlob(one.pattern, atom.globalVariable),
  );
  const values = variables.flatMap((one) => one.values);
  return { atom, variables, isPossible: isOpen || values.some((one) => canMakeTrue(one, atom)) };
}

function describeImpossible({ atom, variables }: BridgeTerm): string {
  const values = variables.flatMap((one) => one.values.map((value) => printTemplate(value)));
  const setBy = variables.flatMap((one) => one.setBy);
  const listed = [...new Set(values)].map((value) => JSON.stringify(value)).join(', ');
  return `waits for ${printAtom(atom)}; ${[...new Set(setBy)].join(', ')} can set: ${listed}`;
}

/** Whether a condition can hold if only some of its terms can. Recurses into parentheses only. */
function canHold(condition: Condition, isPossible: (atom: ValueAtom) => boolean): boolean {
  const { first, rest } = toChain(condition);
  const canBe = (atom: typeof first) => atom.kind !== 'value' || isPossible(atom);
  return rest.reduce((holds, { kind, operand }) => {
    const other = canHold(operand, isPossible);
    return kind === 'both' ? holds && other : holds || other;
  }, canBe(first));
}

/** A condition that cannot be parsed matters if it contains the name of a variable of the bridge. */
function judgeUnparsed(
  { name, instance, unparsed }: DefinedJob,
  { variables }: ProducedSettings,
): readonly LiveRow[] {
  return unparsed
    .filter(({ text }) => variables.some((one) => mayMention(text, one)))
    .map(({ attribute, fault }) => ({
      check: 'condition',
      subject: `${attribute} of ${name} (${instance})`,
      verdict: 'notChecked',
      found: `it cannot be parsed: ${fault}`,
      advice: 'compare its values with those of the routes by hand',
    }));
}

/** Whether a text may contain the name of a variable. */
export function mayMention(text: string, { name }: Pick<ProducedVariable, 'name'>): boolean {
  return name.every((piece) => typeof piece !== 'string' || text.includes(piece));
}
