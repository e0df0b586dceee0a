import type { AutosysEvent } from '../../../autosys/event.ts';
import type { QueuedEvent } from '../../../emulator/instance-types.ts';
import { translate } from '../../../lambda/routing/translate.ts';
import { readWorkloadEvent } from '../../../lambda/workload/read/index.ts';
import { toVersion, type Version } from '../../../lambda/workload/version.ts';
import { nameOneOff } from '../autosys/server.ts';
import type { Change } from '../aws/runs.ts';
import { type Deployment, renamed } from '../deployment.ts';

/** What a change on AWS is to the bridge: how new it is, and what AutoSys is to be told of it. */
export interface Fact {
  readonly change: Change;
  readonly version: Version;
  readonly told: readonly Told[];
}

/** One thing that a route says on a change. */
export interface Told {
  readonly route: string;
  readonly to: string;
  readonly event: AutosysEvent;
}

/** Reads a change as the bridge reads it. */
export function toFact(change: Change, { routes }: Pick<Deployment, 'routes'>): Fact {
  const reading = readWorkloadEvent(change.event, new Date(change.event.time));
  if (reading.kind !== 'event') throw new Error(`nobody can read ${change.event.id}`);
  const version = toVersion(reading.event);
  const translation = translate(reading.event, routes);
  const effects = translation.kind === 'effects' ? translation.effects : [];
  const told = effects.flatMap((effect) =>
    effect.kind === 'effect' ? [{ route: effect.route, to: effect.to, event: effect.event }] : [],
  );
  return { change, version, told };
}

/** What tells an event of one change from all others; `undefined` where nothing does. */
export function toText(to: string, event: QueuedEvent | AutosysEvent): string | undefined {
  const said = event.kind === 'SET_GLOBAL' ? event.value : nameOneOff(event);
  return said === undefined ? undefined : `${to} ${said}`;
}

/** The fact as it is told after the instance was renamed. */
export function afterRename(fact: Fact): Fact {
  const told = fact.told.map((one) => (one.to === renamed.from ? { ...one, to: renamed.to } : one));
  return { ...fact, told };
}
