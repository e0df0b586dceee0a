import type { Condition } from '../../autosys/condition/index.ts';
import type { JobView } from '../../autosys/views.ts';
import type { Entry } from '../ledger/entry.ts';
import type { LedgerSpan } from '../span/read-span.ts';
import type { NightClock } from './clock.ts';
import type { Night, NightLane } from './night.ts';

/** An AutoSys job as one list of jobs shows it, with the condition of its definition. */
export interface ListedJob {
  readonly name: string;
  readonly view: JobView;
  /** @default - it has none */
  readonly condition?: Condition;
}

/** What a night is made from. */
export interface NightFacts
  extends Pick<Night, 'instance' | 'timezone' | 'fromMs' | 'untilMs' | 'madeMs'> {
  readonly span: Pick<LedgerSpan, 'runs' | 'effects' | 'outages' | 'groups' | 'isCut'> &
    Partial<Pick<LedgerSpan, 'observed'>>;
  /** The jobs of the instance, or why they could not be read. */
  readonly jobs: readonly ListedJob[] | { readonly unread: string };
}

/** A lane before the jobs are added, with the entries of its effects. */
export interface DrawnLane extends Pick<NightLane, 'kind' | 'name' | 'runs'> {
  readonly entries: readonly Entry[];
}

/** What the jobs of a night are explained from. */
export interface NightJobContext {
  readonly facts: NightFacts;
  readonly clock: NightClock;
  readonly drawn: readonly DrawnLane[];
  readonly byName: ReadonlyMap<string, ListedJob>;
}
