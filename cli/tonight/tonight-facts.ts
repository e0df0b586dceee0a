import type { AutosysInstance } from '../../autosys/names.ts';
import type { GroupRecord } from '../../lambda/groups/group-row.ts';
import type { Launch } from '../../lambda/launch/launch.ts';
import type { Outage } from '../../lambda/ledger/outage.ts';
import type { FoundRequestRow } from '../ledger/find.ts';
import type { StoredEntry } from '../ledger/stored-entry.ts';
import type { JudgedRun } from './judge-run.ts';

/** What is read. */
export interface TonightQuery {
  readonly instances: readonly AutosysInstance[];
  /** True if rows that belong to no instance are wanted too. */
  readonly isWhole: boolean;
  /** Groups by name, each with its instance. `undefined` if they are not known. */
  readonly groups: Readonly<Record<string, readonly string[]>> | undefined;
  /** Maximum items of each section. */
  readonly limit: number;
  readonly nowMs: number;
}

/** A part of the screen. What could not be read does not keep the rest from being shown. */
export interface TonightSection<Item> {
  /** The first of them, at most `--limit`. */
  readonly items: readonly Item[];
  /** Number of them that were found. */
  readonly count: number;
  /** True if the ledger has more than were counted. */
  readonly isCut: boolean;
  /** What could not be read, each with the reason. */
  readonly unread: readonly string[];
}

/** The state of the connection to an AutoSys instance, as the ledger has it. */
export interface InstanceState {
  readonly instance: AutosysInstance;
  /** Those that last now. */
  readonly outages: readonly Outage[];
  /** When the open circuit breaker allows the next try, in epoch milliseconds. */
  readonly nextTryMs?: number;
  readonly unread: readonly string[];
}

/** A start of AWS work that the sweep has to check, with its row key. */
export interface OpenLaunch {
  readonly key: string;
  readonly launch: Launch;
}

/** What waits, runs or is parked now. */
export interface TonightFacts {
  readonly nowMs: number;
  readonly instances: readonly InstanceState[];
  /** Effects that are not settled, oldest first. */
  readonly waiting: TonightSection<StoredEntry>;
  /** Effects that wait for a person, oldest first. */
  readonly parked: TonightSection<StoredEntry>;
  /** Runs in AWS that have not ended: the slow ones first, then the longest. */
  readonly runs: TonightSection<JudgedRun>;
  /** The ones that need a person first. */
  readonly launches: TonightSection<OpenLaunch>;
  /** Requests of AWS processes that wait for a job, oldest first. */
  readonly requests: TonightSection<FoundRequestRow>;
  /** The last day of each group, if it has not succeeded. */
  readonly groups: TonightSection<GroupRecord>;
}
