import type { StartRequest } from './api.ts';
import type { LaunchRules, PermittedStart } from './check-start.ts';
import type { FindActiveTry } from './find-active-try.ts';
import type { HoldSlotDeps } from './hold-slot.ts';
import type { CheckedStart } from './intend.ts';
import type { LaunchedRuns } from './launched-runs.ts';
import type { Launches, StoredLaunch } from './launches.ts';
import type { createFinishMirror } from './mirror/finish-mirror.ts';
import type { createShowRunning } from './mirror/show-running.ts';
import type { ResolveDoubtDeps } from './resolve-doubt.ts';
import type { ContinueRun } from './restart/continue-run.ts';
import type { EarlierRun } from './restart/continued-run.ts';
import type { FindEarlierRun } from './restart/find-earlier-run.ts';
import type { Starter } from './starter.ts';
import type { CarryOutStop } from './stop/carry-out-stop.ts';

export interface StartRunDeps extends ResolveDoubtDeps, HoldSlotDeps {
  readonly launches: Launches;
  readonly rules: LaunchRules;
  readonly starter: Starter;
  /** @throws {ApiError} 409 if no run is active, 503 if AutoSys cannot be asked */
  readonly findActiveTry: FindActiveTry;
  readonly runs: LaunchedRuns;
  readonly showRunning: ReturnType<typeof createShowRunning>;
  readonly finishMirror: ReturnType<typeof createFinishMirror>;
  /** Decides whether a new launch continues an earlier run. */
  readonly findEarlierRun: FindEarlierRun;
  readonly continueRun: ContinueRun;
  /** Carries out a stop that was requested while AWS was asked to start the run. */
  readonly beginStop: CarryOutStop;
  readonly newId: () => string;
  readonly leaseMs: number;
  /** How long after its end a launch is found again, in milliseconds. */
  readonly foundForMs: number;
}

/** A launch that answers a request. */
export interface StartedLaunch {
  readonly stored: StoredLaunch;
  /** 201: this request started it. 200: it was found. 202: its outcome is being looked up. */
  readonly status: 200 | 201 | 202;
}

/** A permitted start. */
export interface StartWork {
  readonly permitted: Pick<PermittedStart, 'target'>;
  readonly checked: CheckedStart;
  readonly request: Pick<StartRequest, 'params' | 'input'>;
  /** Of a restart: what a new launch does. @default - `findEarlierRun` decides */
  readonly restart?: EarlierRun;
}

/** `next`: the request is for the next start. `lost`: another function has changed the launch. */
export type StartStep = StartedLaunch | 'next' | 'lost';
