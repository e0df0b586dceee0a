import type { ValueAtom } from '../../autosys/condition/index.ts';
import { truthOfAtom } from '../../autosys/condition/index.ts';
import { describeGroup, describeGroupEnd } from './describe-group.ts';
import type { RunTextFacts } from './describe-run.ts';
import { explainTarget, type MissingState, quote } from './explain-target.ts';
import { knownValue, type ReadFact } from './fact.ts';
import type { ShownGlobal } from './read-autosys.ts';
import type { GroupFacts } from './read-group.ts';
import type { TargetEntries } from './read-ledger.ts';

/** Facts about the variable of a term. */
export interface VariableFacts {
  readonly shown: ReadFact<ShownGlobal>;
  readonly ledger: ReadFact<TargetEntries>;
  /** Names of the routes that set it. `undefined`: no route file was given. */
  readonly routes: readonly string[] | undefined;
  /** Names of the observed routes that would set it. Absent if there is none. */
  readonly observing?: readonly string[];
  /** The group that sets it. Absent if it has an entry, and without a route file with such a group. */
  readonly group?: ReadFact<GroupFacts | undefined>;
}

/** Present state of the variable of a term, as a clause. */
export function describeVariable(
  { shown }: Pick<VariableFacts, 'shown'>,
  { formatTime }: RunTextFacts,
): string {
  if (shown.kind === 'unread') return `AutoSys does not show it: ${shown.reason}`;
  const { value, changedAt } = shown.value;
  const since = changedAt ? ` since ${formatTime(changedAt)}` : '';
  return value === undefined ? 'it is not set' : `it is ${quote(value)}${since}`;
}

/** Why a term about a variable is not true, and what would make it true. Pure. */
export function explainValue(
  atom: ValueAtom,
  facts: VariableFacts,
  texts: RunTextFacts,
): MissingState {
  if (atom.instance) {
    const text = `it is a variable of the instance ${atom.instance}, which this command does not read`;
    return { text, ends: `see there: autorep -G ${atom.globalVariable}` };
  }
  const { shown, ledger } = facts;
  const state = knownValue(ledger)?.state;
  const satisfies = (value: string) => holdsFor(atom, value);
  const isShown = shown.kind === 'read';
  const value = knownValue(shown)?.value;
  const byBridge = state && explainTarget(state, { shown: value, isShown, satisfies }, texts);
  const present = describeVariable(facts, texts);
  if (byBridge) {
    const isSame = byBridge.text.startsWith('it is ');
    return isSame ? byBridge : { ...byBridge, text: `${present}; ${byBridge.text}` };
  }
  return explainUnknownVariable(atom, present, facts, texts);
}

/** A variable that the bridge has not set, as far as the ledger shows. */
function explainUnknownVariable(
  atom: ValueAtom,
  present: string,
  { ledger, routes, observing, group }: VariableFacts,
  texts: RunTextFacts,
): MissingState {
  const waiting = knownValue(ledger)?.others.find(({ wait }) => wait !== undefined);
  if (waiting?.wait) {
    const { text, ends } = waiting.wait;
    return { text: `${present}; the bridge has an effect for it, and ${text}`, ends };
  }
  const ends = `an event SET_GLOBAL that makes ${atom.globalVariable} ${atom.comparison} ${quote(atom.operand)}`;
  if (ledger.kind === 'unread') {
    return { text: `${present}; the ledger was not read: ${ledger.reason}`, ends };
  }
  const never = 'the bridge has not set it in the last 90 days';
  const ofGroup = group && knownValue(group);
  if (ofGroup) {
    const text = `${present}; ${never}; ${describeGroup(ofGroup, texts)}`;
    return { text, ends: describeGroupEnd(ofGroup, texts) };
  }
  if (routes === undefined) return { text: `${present}; ${never}`, ends };
  if (routes.length === 0 && observing) {
    const text = `${present}; ${never}: route ${observing.join(', ')} only observes and sends nothing`;
    return { text, ends };
  }
  if (routes.length === 0) {
    return { text: `${present}; ${never}, and no route of the route file sets it`, ends };
  }
  const names = routes.join(', ');
  return { text: `${present}; ${never}`, ends: `an event in AWS that route ${names} matches` };
}

/** Whether a value of its variable makes a term true. */
export function holdsFor(atom: ValueAtom, value: string): boolean {
  const facts = { now: new Date(0), job: () => undefined, globalVariable: () => value };
  return truthOfAtom(atom, facts) === 'true';
}
