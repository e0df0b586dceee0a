import type { World } from '../world.ts';

/** What may go wrong with one request, by the hand of AutoSys, its web server, a gateway or the network. */
export const mishaps = [
  /** Nothing listens: nothing leaves the client. */
  'refused connection',
  /** Nobody answers the handshake: nothing leaves the client, after its patience. */
  'no connection',
  'reset before acting',
  'reset after acting',
  'silence without acting',
  'silence after acting',
  '400',
  '401',
  /** EEM denies the event: nothing in the body. */
  '403',
  /** AutoSys does not know the job, in its own words. */
  '404',
  /** The web server's or a portal's own page: AEWS is being deployed, or is not behind this address now. */
  '403 page',
  '404 page',
  /** A 404 without a word. */
  'empty 404',
  /** The reply is compressed although the request did not ask for it. */
  'compressed',
  /** With a time to wait. */
  '429',
  '500 without acting',
  '500 after acting',
  '502',
  '503',
  '504 after acting',
  /** 200 and a page of HTML, as a portal before AutoSys gives it. */
  'page',
  'page after acting',
  /** 200 and a line of AutoSys that says no. */
  'complaint',
  /** AutoSys says 201 and forgets the event. */
  'forgotten',
  /** The scheduler stands still: AEWS takes events, and they are processed minutes or hours later, in their order. */
  'stalled',
] as const;

export type Mishap = (typeof mishaps)[number];

/** How an AutoSys and the way to it are for a while: the chance of each mishap, from 0 to 1. */
export interface Weather {
  readonly name: string;
  readonly chances: readonly (readonly [Mishap, number])[];
  /** The chance that a call takes many seconds on its way. */
  readonly slow: number;
  /** Whether nobody can work with it: requests to it are counted. */
  readonly outage: boolean;
  /** How long it lasts at least and at most. @default - 1 to 40 minutes */
  readonly minutes?: readonly [number, number];
  /** Whether only requests that send an event suffer. @default false */
  readonly ofEvents?: boolean;
}

export const calm: Weather = { name: 'calm', chances: [], slow: 0, outage: false };

const rough: Weather = {
  name: 'rough',
  slow: 0.08,
  outage: false,
  chances: [
    ['refused connection', 0.06],
    ['no connection', 0.01],
    ['reset before acting', 0.03],
    ['reset after acting', 0.06],
    ['silence without acting', 0.01],
    ['silence after acting', 0.02],
    ['400', 0.002],
    ['401', 0.003],
    ['403', 0.002],
    ['404', 0.002],
    ['403 page', 0.004],
    ['404 page', 0.006],
    ['empty 404', 0.002],
    ['compressed', 0.005],
    ['429', 0.02],
    ['500 without acting', 0.01],
    ['500 after acting', 0.015],
    ['502', 0.01],
    ['503', 0.03],
    ['504 after acting', 0.015],
    ['page', 0.01],
    ['page after acting', 0.01],
    ['complaint', 0.002],
    ['forgotten', 0.04],
    ['stalled', 0.02],
  ],
};

/** AutoSys refuses whatever it is asked: a person has to look at each. */
const unwilling: Weather = {
  name: 'unwilling',
  slow: 0,
  outage: false,
  chances: [
    ['400', 0.1],
    ['403', 0.1],
    ['404', 0.1],
    ['complaint', 0.1],
  ],
};

const down: Weather = {
  name: 'down',
  slow: 0,
  outage: true,
  chances: [['refused connection', 1]],
};

const hanging: Weather = {
  name: 'hanging',
  slow: 0,
  outage: true,
  chances: [
    ['no connection', 0.5],
    ['silence without acting', 0.7],
    ['silence after acting', 1],
  ],
};

const erring: Weather = {
  name: 'erring',
  slow: 0,
  outage: true,
  chances: [
    ['503', 0.4],
    ['502', 0.4],
    ['429', 1],
  ],
};

/** Tomcat runs, and AEWS is not deployed: every address is unknown. */
const redeployed: Weather = {
  name: 'redeployed',
  slow: 0,
  outage: true,
  chances: [['404 page', 1]],
};

/**
 * The event server is stuck: events get no answer and no effect, while reads are answered. Long enough
 * for a value to be sent a second time.
 */
const takingNoEvents: Weather = {
  name: 'taking no events',
  minutes: [20, 80],
  slow: 0,
  outage: false,
  ofEvents: true,
  chances: [
    ['silence without acting', 0.3],
    ['reset before acting', 1],
  ],
};

/** Weathers in which AutoSys serves nobody. */
export const outages = [down, down, hanging, erring, redeployed] as const;
/** What a night is made of. */
export const weathers = [calm, rough, rough, rough, unwilling, takingNoEvents, ...outages] as const;

/** Draws what goes wrong with a request, if anything does. */
export function strike(
  world: World,
  { chances, ofEvents = false }: Weather,
  isEvent: boolean,
): Mishap | undefined {
  if (ofEvents && !isEvent) return undefined;
  for (const [mishap, chance] of chances) if (world.chance(chance)) return mishap;
  return undefined;
}
