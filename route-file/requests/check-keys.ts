import { isAutosysEventKind } from '../../autosys/event.ts';
import type { RequestAction } from '../../lambda/routing/requests.ts';
import { requestActions } from '../../lambda/routing/requests.ts';
import { coversAnyName } from '../autosys-glob.ts';
import type { Faults, Path } from '../faults.ts';
import { formatFault } from '../shapes.ts';
import { requestableEvents, toPatternKey } from './event-rule.ts';

/** An entry of `requests:` as it is in the file, valid or not. */
export type RawEntry = Readonly<Record<string, unknown>>;

interface EntryFindings {
  readonly faults: Faults;
  readonly warnings: Faults;
}

const requiredBy: Readonly<Record<'jobs' | 'globals', readonly RequestAction[]>> = {
  jobs: ['jobStatus', 'jobRuns', 'runJob'],
  globals: ['setGlobal', 'getGlobal'],
};

/** Checks which keys the actions of an entry require and forbid, and finds repeated items. */
export function checkEntryKeys(raw: RawEntry, path: Path, findings: EntryFindings): void {
  const { faults } = findings;
  for (const key of ['actions', 'events', 'starts', 'jobs', 'globals']) {
    refuseRepeated(raw[key], [...path, key], faults);
  }
  for (const key of ['jobs', 'globals'] as const) warnOfAnyName(raw[key], [...path, key], findings);
  const words = toWords(raw['actions']);
  const actions = requestActions.filter((action) => words.includes(action));
  // An unknown action may be the one that a key is for.
  const isUncertain = words.some((word) => !actions.some((action) => action === word));
  if (isUncertain || actions.length === 0) return;
  requireAction(raw, path, { key: 'events', action: 'sendEvent', actions }, faults);
  requireAction(raw, path, { key: 'starts', action: 'runJob', actions }, faults);
  requireAction(raw, path, { key: 'onAbort', action: 'runJob', actions }, faults);
  if (actions.includes('sendEvent') && raw['events'] === undefined) {
    faults.at(
      [...path, 'events'],
      formatFault('events', undefined, `the events that sendEvent may send, such as JOB_ON_HOLD`),
    );
    return;
  }
  for (const key of ['jobs', 'globals'] as const) {
    checkPatterns(raw, path, { key, uses: findUses(raw, key, actions) }, faults);
  }
}

function requireAction(
  raw: RawEntry,
  path: Path,
  given: {
    readonly key: string;
    readonly action: RequestAction;
    readonly actions: readonly RequestAction[];
  },
  faults: Faults,
): void {
  const { key, action, actions } = given;
  if (!(key in raw) || actions.includes(action)) return;
  faults.atKey(
    [...path, key],
    `${key}: found without the action ${action}; add it to actions, or remove ${key}`,
  );
}

/** The actions and events of an entry that are on jobs, or on global variables. */
function findUses(
  raw: RawEntry,
  key: 'jobs' | 'globals',
  actions: readonly RequestAction[],
): readonly string[] {
  const events = actions.includes('sendEvent') ? toWords(raw['events']) : [];
  return [
    ...actions.filter((action) => requiredBy[key].includes(action)),
    ...events.filter((kind) => requestableEvents.includes(kind) && toPatternKey(kind) === key),
  ];
}

function checkPatterns(
  raw: RawEntry,
  path: Path,
  { key, uses }: { readonly key: 'jobs' | 'globals'; readonly uses: readonly string[] },
  faults: Faults,
): void {
  const subject = key === 'jobs' ? 'jobs' : 'global variables';
  if (uses.length > 0 && raw[key] === undefined) {
    const allowed = `names of ${subject}, or names with *, because of ${uses.join(', ')}`;
    faults.at([...path, key], formatFault(key, undefined, allowed));
  }
  // An unknown event may be the one that the patterns are for.
  const isUncertain = toWords(raw['events']).some((kind) => !isAutosysEventKind(kind));
  if (uses.length > 0 || raw[key] === undefined || isUncertain) return;
  const actions = [...requiredBy[key], key === 'jobs' ? 'sendEvent' : 'sendEvent with SET_GLOBAL'];
  faults.atKey(
    [...path, key],
    `${key}: found, but no action of this entry is on ${subject}; add one of ${actions.join(', ')}, or remove ${key}`,
  );
}

function refuseRepeated(items: unknown, path: Path, faults: Faults): void {
  const words = Array.isArray(items) ? items : [];
  for (const [at, word] of words.entries()) {
    if (typeof word !== 'string' || words.indexOf(word) === at) continue;
    faults.at(
      [...path, at],
      `${String(path.at(-1))}: found ${JSON.stringify(word)} twice; remove one`,
    );
  }
}

function warnOfAnyName(patterns: unknown, path: Path, { warnings }: EntryFindings): void {
  const key = String(path.at(-1));
  const [subject, example] = key === 'jobs' ? ['job', 'LOAD_*'] : ['global variable', 'LEDGER_*'];
  for (const [at, pattern] of (Array.isArray(patterns) ? patterns : []).entries()) {
    if (typeof pattern !== 'string' || !coversAnyName(pattern)) continue;
    warnings.at(
      [...path, at],
      `${key}: the entry covers any ${subject} of the instance; list the names, or a beginning such as ${example}`,
    );
  }
}

/** The texts of a list, also of one with faults. */
function toWords(items: unknown): readonly string[] {
  return Array.isArray(items) ? items.filter((item) => typeof item === 'string') : [];
}
