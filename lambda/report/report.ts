import { describeEvent } from '../../autosys/event.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import { InvalidEventError } from '../shared/errors.ts';
import type { RouteIndex } from '../shared/routes.ts';
import type { WorkloadEvent } from '../shared/workload.ts';
import { createLanes } from './lanes.ts';
import { type Reading, readEvent } from './read/index.ts';
import { createSettle, type Occasion, type Outcome, type SettlePowers } from './settle.ts';
import { type Effect, translate, type Unsayable } from './translate.ts';

/** What the queue hands over. */
export interface Message {
  readonly messageId: string;
  /** The EventBridge event as JSON text. */
  readonly body: string;
  /** Whether the queue has handed it out before. */
  readonly redelivered: boolean;
}

/** One effect with what became of it. */
export interface Settled {
  readonly route: string;
  readonly to: AutosysInstance;
  /** In sendevent's words; absent where it could not be said. */
  readonly said?: string;
  readonly outcome: Outcome;
}

/** What became of one message. */
export type Report =
  | { readonly kind: 'ignored'; readonly event?: WorkloadEvent; readonly reason: string }
  | { readonly kind: 'invalid'; readonly error: InvalidEventError }
  | {
      readonly kind: 'reported';
      readonly event: WorkloadEvent;
      readonly settled: readonly Settled[];
    };

export interface ReportPowers extends SettlePowers {
  readonly routes: RouteIndex;
}

/**
 * Binds the stages: read, translate, claim, deliver, confirm; to account for the report is the caller's.
 *
 * The effects of one message are settled in the order of the route file, one after the other; messages side by side.
 */
export function createReport(powers: ReportPowers) {
  const settle = createSettle(powers);
  const lanes = createLanes();

  return async (message: Message, signal: AbortSignal): Promise<Report> => {
    const reading = readBody(message.body);
    if (reading.kind !== 'event') return reading;
    const { event } = reading;

    const translation = translate(event, powers.routes);
    if (translation.kind === 'ignored') return { ...translation, event };

    const { effects } = translation;
    // Two messages about one target must not overtake each other; all others need not wait.
    const settled = await lanes.run(effects.map(toTarget), () =>
      settleAll(effects, { event, redelivered: message.redelivered, signal }),
    );
    return { kind: 'reported', event, settled };
  };

  async function settleAll(
    effects: readonly (Effect | Unsayable)[],
    occasion: Occasion,
  ): Promise<readonly Settled[]> {
    const settled: Settled[] = [];
    for (const effect of effects) {
      settled.push(
        effect.kind === 'effect'
          ? {
              route: effect.route,
              to: effect.to,
              said: describeEvent(effect.event),
              outcome: await settle(effect, occasion),
            }
          : { route: effect.route, to: effect.to, outcome: toUnsayableOutcome(effect) },
      );
    }
    return settled;
  }
}

/** What an effect acts on: a global variable, a job or a machine of one AutoSys. */
function toTarget(effect: Effect | Unsayable): string {
  if (effect.kind === 'unsayable') return effect.to;
  const { event, to } = effect;
  if ('globalVariable' in event) return `${to} global variable ${event.globalVariable}`;
  if ('job' in event) return `${to} job ${event.job}`;
  return `${to} ${event.kind}`;
}

function readBody(body: string): Reading {
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch {
    const found = 'a text that is not JSON';
    return { kind: 'invalid', error: new InvalidEventError({ path: '', expected: 'JSON', found }) };
  }
  return readEvent(event);
}

function toUnsayableOutcome({ reason }: Unsayable): Outcome {
  const error = { name: 'UnsayableEffect', code: 'BRIDGE_UNSAYABLE', message: reason };
  return { kind: 'refused', error };
}
