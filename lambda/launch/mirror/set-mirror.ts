import { parseAutosysInstance } from '../../../autosys/names.ts';
import { createClaim } from '../../delivery/claim.ts';
import { createExecute, type ExecuteDeps } from '../../delivery/execute.ts';
import {
  type EffectOutcome,
  toEffectOutcome,
  toParked,
  toWaiting,
} from '../../delivery/outcome.ts';
import type { Entry } from '../../ledger/entry.ts';
import { parseEntry, toKey } from '../../ledger/entry-row.ts';
import { createRecordInstance } from '../../ledger/instance-names.ts';
import { toMirrorEvent } from '../../routing/mirror.ts';
import type { Home } from '../../routing/origin.ts';
import { toTargetRouteName } from '../../routing/target-routes.ts';
import type { LaunchTarget } from '../../routing/targets.ts';
import { toEffect } from '../../routing/translate.ts';
import { compareToKnown, toVersion } from '../../workload/version.ts';
import { describeRun } from '../../workload/workload.ts';
import type { Launch } from '../launch.ts';
import { toMirrorLaunchEvent } from './mirror-launch-event.ts';

export interface SetMirrorDeps extends ExecuteDeps {
  readonly home: Home;
  readonly targets: readonly LaunchTarget[];
  readonly newLeaseId: () => string;
}

/** What came of the setting of a mirror. */
export type MirrorOutcome = EffectOutcome & {
  /**
   * True if it, or an earlier request for the mirror, may still take effect. The drain and further
   * calls read it back until that is decided; another request would begin the doubt anew.
   */
  readonly isInDoubt?: true;
};

/** Sets the mirror of a launch. `undefined` if the launch has none. @throws {LedgerError} */
export type SetMirror = (
  launch: Launch,
  status: 'RUNNING' | 'FAILED',
  signal: AbortSignal,
) => Promise<MirrorOutcome | undefined>;

/**
 * Creates the setting of a mirror before AWS has accepted a start.
 *
 * It is an entry of the ledger like the effects of events: a repeated call continues it, and the
 * drain does so if no call follows.
 */
export function createSetMirror(deps: SetMirrorDeps): SetMirror {
  const { table, targets, home, now, newLeaseId } = deps;
  const { admitRequest } = createClaim(deps);
  const execute = createExecute(deps);
  const recordInstance = createRecordInstance(deps);

  return async function setMirror(launch, status, signal) {
    const request = toRequest(launch, status);
    if (request === undefined) return undefined;
    await recordInstance(request.to);
    const claim = await admitRequest(request, { leaseOwner: newLeaseId(), signal });
    switch (claim.kind) {
      case 'taken': {
        const { entry, result } = await execute(claim, signal);
        const outcome = toEffectOutcome(entry, result);
        return isInDoubt(entry) ? { ...outcome, isInDoubt: true } : outcome;
      }
      case 'parked':
        return toParked(claim.entry);
      case 'unreached':
        return toWaiting(claim.error);
      case 'dropped': {
        // An earlier request of this start may have set it.
        const row = await table.get(toKey(request));
        const known = row && parseEntry(row);
        const isSame =
          known !== undefined && compareToKnown(request.version, known.version) === 'duplicate';
        if (!isSame) return claim;
        // The drain, or another function, may have been told that AutoSys rejects it.
        if (known.stage === 'parked') return toParked(known);
        if (known.stage !== 'confirmed') return claim;
        const { confirmedMs } = known;
        return confirmedMs === undefined
          ? { kind: 'accepted', reason: 'and never shown' }
          : { kind: 'confirmed', at: new Date(confirmedMs) };
      }
      default:
        return claim;
    }
  };

  function toRequest(launch: Launch, status: 'RUNNING' | 'FAILED') {
    const { mirror, identity } = launch;
    const template = mirror && toMirrorEvent(mirror, status);
    if (template === undefined || identity.kind === 'key') return undefined;
    const target = targets.find(({ name }) => name === launch.target);
    const event = toMirrorLaunchEvent(launch, status, { target, home, now: now() });
    const to = parseAutosysInstance(identity.instance);
    const route = toTargetRouteName(launch.target);
    const effect = toEffect(event, { name: route, to }, template);
    // The names were checked with the route file, and the values are words of the bridge.
    if (effect.kind !== 'effect') throw new Error(`mirror of ${launch.target}: ${effect.reason}`);
    return {
      kind: 'state' as const,
      to,
      event: effect.event,
      version: toVersion(event),
      cause: {
        eventId: event.eventId,
        route,
        run: describeRun(event),
        seenMs: now().getTime(),
      },
    };
  }
}

function isInDoubt({ stage, unsettled }: Entry): boolean {
  return stage === 'sending' || (stage === 'accepted' && unsettled === true);
}
