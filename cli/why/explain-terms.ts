import { printAtom, truthOfAtom } from '../../autosys/condition/index.ts';
import { isActive, isTerminal } from '../../autosys/status.ts';
import type { ConditionState } from './condition-state.ts';
import type { ExplainedEntry } from './explain-entry.ts';
import { describeShownJob, explainJob, type JobAtom } from './explain-job.ts';
import { describeVariable, explainValue } from './explain-value.ts';
import { knownValue } from './fact.ts';
import type { TermAnswer } from './why-answer.ts';
import type { WhyContext } from './why-context.ts';

/** Each term of a condition with its present truth, and for a false one what would make it true. */
export function explainTerms(state: ConditionState, context: WhyContext): readonly TermAnswer[] {
  return state.atoms.map((atom) => {
    const truth = truthOfAtom(atom, state.facts);
    const common = { text: printAtom(atom, { long: true }), truth, blocks: state.blocks(atom) };
    if (atom.kind !== 'value') return { ...common, ...explainJobTerm(atom, state, context) };
    const facts = state.variables.get(atom.globalVariable);
    const entry = facts && newestEntry(knownValue(facts.ledger));
    const about = { ...common, ...(entry && { entry }) };
    if (truth === 'true' && facts) return { ...about, because: describeVariable(facts, context) };
    const unknown = { shown: noFact, ledger: noFact, routes: undefined };
    const { text, ends } = explainValue(atom, facts ?? unknown, context);
    return { ...about, because: text, ends };
  });
}

const noFact = { kind: 'unread', reason: 'it is of another instance' } as const;

function explainJobTerm(
  atom: JobAtom,
  state: ConditionState,
  context: WhyContext,
): Omit<TermAnswer, 'text' | 'truth' | 'blocks'> {
  const facts = state.jobs.get(atom.job.job);
  const known = atom.job.instance ? undefined : facts;
  if (known === undefined) {
    const unknown = { shown: noFact, ledger: noFact, launch: noFact };
    const { text, ends } = explainJob(atom, unknown, context);
    return { because: text, ends };
  }
  const reading = knownValue(known.shown)?.reading;
  const entry = newestEntry(knownValue(known.ledger));
  const about = { ...(entry && { entry }), job: atom.job.job };
  if (truthOfAtom(atom, state.facts) === 'true' && reading) {
    return { ...about, because: describeShownJob(reading, context) };
  }
  const { text, ends } = explainJob(atom, known, context);
  const isRecent = atom.lookback !== undefined && atom.lookback.kind !== 'anyTime';
  const mayWait = reading && !isActive(reading.status) && (!isTerminal(reading.status) || isRecent);
  // A mirrored job does not wait for anything in AutoSys.
  const waitsItself = mayWait && !knownValue(known.ledger)?.state;
  return { ...about, because: text, ends, ...(waitsItself && { waitsItself }) };
}

/** The entry of the present value or status; else the newest effect that waits. */
function newestEntry(
  entries:
    | { readonly state?: ExplainedEntry; readonly others: readonly ExplainedEntry[] }
    | undefined,
): ExplainedEntry | undefined {
  return entries?.state ?? entries?.others.find(({ wait }) => wait !== undefined);
}
