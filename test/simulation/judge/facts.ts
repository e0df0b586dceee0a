import { createAutosysEvent } from '../../../autosys/create-event.ts';
import type { AutosysEvent } from '../../../autosys/event.ts';
import type { QueuedEvent } from '../../../emulator/instance-types.ts';
import { translate } from '../../../lambda/routing/translate.ts';
import { readWorkloadEvent } from '../../../lambda/workload/read/index.ts';
import { toVersion, type Version } from '../../../lambda/workload/version.ts';
import { nameOneShot } from '../autosys/evaluate-request.ts';
import type { Change } from '../aws/runs.ts';
import { type Deployment, renamed } from '../deployment.ts';

/** A change on AWS as the bridge reads it: its version and the effects that the routes request. */
export interface Fact {
  readonly change: Change;
  readonly version: Version;
  readonly effects: readonly ExpectedEffect[];
  /** The effects of observed routes, which must not be sent. */
  readonly observed: readonly ExpectedEffect[];
}

/** One effect that a route requests. */
export interface ExpectedEffect {
  readonly route: string;
  readonly to: string;
  readonly event: AutosysEvent;
}

/** Reads a change with the code of the bridge. */
export function toFact(
  change: Change,
  { config, routes }: Pick<Deployment, 'config' | 'routes'>,
): Fact {
  const reading = readWorkloadEvent(change.event, new Date(change.event.time));
  if (reading.kind !== 'event') throw new Error(`cannot read ${change.event.id}`);
  const version = toVersion(reading.event);
  const translation = translate(reading.event, routes);
  const requested = translation.kind === 'effects' ? translation.effects : [];
  const all = requested.flatMap((effect) =>
    effect.kind === 'effect' && effect.route !== conditional
      ? [{ route: effect.route, to: effect.to, event: effect.event }]
      : [],
  );
  const observing = new Set(config.routes.flatMap(({ name, observe }) => (observe ? name : [])));
  const effects = all.filter(({ route }) => !observing.has(route));
  const observed = all.filter(({ route }) => observing.has(route));
  return {
    ...{ change, version, observed },
    effects: [...effects, ...toConditionalEffects(change, config)],
  };
}

/** The route with a condition. */
const conditional = 'again';

/**
 * The effects of the route with a condition, without the code of the bridge: each status of a
 * redriven execution of `a` sets the variable of each instance.
 */
function toConditionalEffects(
  { event: { detail } }: Change,
  { instances }: Deployment['config'],
): readonly ExpectedEffect[] {
  const { stateMachineArn = '', name, startDate, redriveCount = 0, status } = detail;
  if (!String(stateMachineArn).endsWith(':stateMachine:a') || Number(redriveCount) < 1) return [];
  const startedAt = new Date(Number(startDate)).toISOString().replace(/\.\d+Z$/, 'Z');
  const value = `again ${String(name).slice(0, 20)}@${startedAt}#${redriveCount} ${status}`;
  return instances.map(({ name: to }) => ({
    route: conditional,
    to,
    event: createAutosysEvent('SET_GLOBAL', { globalVariable: 'AGAIN', value }),
  }));
}

/** Returns a text that identifies the event of one change; `undefined` when none does. */
export function toText(to: string, event: QueuedEvent | AutosysEvent): string | undefined {
  const text = event.kind === 'SET_GLOBAL' ? event.value : nameOneShot(event);
  return text === undefined ? undefined : `${to} ${text}`;
}

/** Returns the fact after the rename of the instance. */
export function afterRename(fact: Fact): Fact {
  const effects = fact.effects.map((one) =>
    one.to === renamed.from ? { ...one, to: renamed.to } : one,
  );
  return { ...fact, effects };
}
