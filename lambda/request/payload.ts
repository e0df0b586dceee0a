import type { AutosysEvent } from '../../autosys/event.ts';
import type { GlobalName, GlobalValue, JobName } from '../../autosys/names.ts';
import type { JobStart } from '../routing/requests.ts';

/** What is asked, with the defaults filled in. */
export type Ask =
  | { readonly action: 'setGlobal'; readonly global: GlobalName; readonly value: GlobalValue }
  | { readonly action: 'sendEvent'; readonly event: AutosysEvent }
  | { readonly action: 'getGlobal'; readonly global: GlobalName }
  | { readonly action: 'jobStatus'; readonly job: JobName }
  | { readonly action: 'jobRuns'; readonly job: JobName; readonly runs: number }
  | RunJobAsk;

/** Actions that only read. */
export type ReadAsk = Extract<Ask, { readonly action: 'getGlobal' | 'jobStatus' | 'jobRuns' }>;

/** Actions that change something in AutoSys, or wait. Each has a row. */
export type EffectAsk = Exclude<Ask, ReadAsk>;

export interface RunJobAsk {
  readonly action: 'runJob';
  readonly job: JobName;
  readonly start: JobStart;
  readonly timeoutMs: number;
  readonly onAbort: 'leave' | 'kill';
  /** Task token. Never logged. */
  readonly token?: string;
}

/** The state of an execution that asks, from the context object of Step Functions. */
export interface AskContext {
  /** `$$.Execution.Id`. */
  readonly execution: string;
  /** `$$.Execution.RedriveCount`. */
  readonly redrive: number;
  /** `$$.State.Name`. */
  readonly state: string;
  /** `$$.State.EnteredTime`. */
  readonly entered: string;
  /** `$$.State.RetryCount`. */
  readonly retry: number;
  /** `$$.Map.Item.Index` of an inline Map state. */
  readonly item?: number;
}

/** A request that was checked without the entry. */
export interface Payload {
  readonly ask: Ask;
  readonly instance?: string;
  /** Key of the caller's own. */
  readonly key?: string;
  readonly context?: AskContext;
}

/** Limits of the payload. Lengths in characters. */
export const payloadLimits = {
  key: 200,
  /** Maximum of `SendTaskSuccess` (Step Functions API reference). */
  token: 2_048,
  /** Maximum length of a state name (Amazon States Language). */
  state: 80,
  runs: { default: 1, max: 10 },
  timeoutMs: { default: 24 * 3_600_000, min: 60_000, max: 365 * 86_400_000 },
} as const;
