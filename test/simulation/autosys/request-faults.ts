import type { World } from '../world.ts';

/** Faults of one request, caused by AutoSys, its web server, a gateway or the network. */
export const requestFaults = [
  /** The connection is refused. The request does not leave the client. */
  'connection refused',
  /** The connection times out. The request does not leave the client. */
  'connection timeout',
  'reset before acceptance',
  'reset after acceptance',
  'no answer without acceptance',
  'no answer after acceptance',
  '400',
  '401',
  /** EEM denies the event, with an empty body. */
  '403',
  /** AutoSys does not know the job, with AutoSys's message. */
  '404',
  /** The page of a web server or portal: AEWS is being deployed, or is not behind this address. */
  '403 page',
  '404 page',
  /** A 404 with an empty body. */
  'empty 404',
  /** The reply is compressed, although the request did not ask for it. */
  'compressed reply',
  /** With a Retry-After header. */
  '429',
  '500 without acceptance',
  '500 after acceptance',
  '502',
  '503',
  '504 after acceptance',
  /** Status 200 with an HTML page, as from a portal in front of AutoSys. */
  'HTML page',
  'HTML page after acceptance',
  /** Status 200 with an error line of AutoSys. */
  '200 with an error line',
  /** AutoSys answers 201 and loses the event. */
  'accepted and lost',
  /**
   * The scheduler stalls: AEWS accepts events, and they are processed in order minutes or hours
   * later.
   */
  'scheduler stalled',
] as const;

export type RequestFault = (typeof requestFaults)[number];

/** Faults of a send after which the client reports an unknown outcome. */
export const unansweredFaults: readonly RequestFault[] = [
  'reset before acceptance',
  'reset after acceptance',
  'no answer without acceptance',
  'no answer after acceptance',
  '500 without acceptance',
  '500 after acceptance',
];

/**
 * The faults of one AutoSys and of the network in front of it during one period: a probability from
 * 0 to 1 for each fault.
 */
export interface FaultProfile {
  readonly name: string;
  readonly probabilities: readonly (readonly [RequestFault, number])[];
  /** True when AutoSys is unavailable. Requests are then counted. */
  readonly outage: boolean;
  /** Minimum and maximum duration in minutes. @default - 1 to 40 */
  readonly minutes?: readonly [number, number];
  /** True when only requests that send an event fail. @default false */
  readonly ofEvents?: boolean;
}

export const noFaults: FaultProfile = {
  name: 'no faults',
  probabilities: [],
  outage: false,
};

const flaky: FaultProfile = {
  name: 'flaky',
  outage: false,
  probabilities: [
    ['connection refused', 0.06],
    ['connection timeout', 0.01],
    ['reset before acceptance', 0.03],
    ['reset after acceptance', 0.06],
    ['no answer without acceptance', 0.01],
    ['no answer after acceptance', 0.02],
    ['400', 0.002],
    ['401', 0.003],
    ['403', 0.002],
    ['404', 0.002],
    ['403 page', 0.004],
    ['404 page', 0.006],
    ['empty 404', 0.002],
    ['compressed reply', 0.005],
    ['429', 0.02],
    ['500 without acceptance', 0.01],
    ['500 after acceptance', 0.015],
    ['502', 0.01],
    ['503', 0.03],
    ['504 after acceptance', 0.015],
    ['HTML page', 0.01],
    ['HTML page after acceptance', 0.01],
    ['200 with an error line', 0.002],
    ['accepted and lost', 0.04],
    ['scheduler stalled', 0.02],
  ],
};

/** AutoSys rejects many requests, which an operator must handle. */
const rejecting: FaultProfile = {
  name: 'rejecting',
  outage: false,
  probabilities: [
    ['400', 0.1],
    ['403', 0.1],
    ['404', 0.1],
    ['200 with an error line', 0.1],
  ],
};

const down: FaultProfile = {
  name: 'down',
  outage: true,
  probabilities: [['connection refused', 1]],
};

const hanging: FaultProfile = {
  name: 'hanging',
  outage: true,
  probabilities: [
    ['connection timeout', 0.5],
    ['no answer without acceptance', 0.7],
    ['no answer after acceptance', 1],
  ],
};

const errorResponses: FaultProfile = {
  name: 'error responses',
  outage: true,
  probabilities: [
    ['503', 0.4],
    ['502', 0.4],
    ['429', 1],
  ],
};

/** Tomcat runs without AEWS: every address answers 404. */
const notDeployed: FaultProfile = {
  name: 'AEWS not deployed',
  outage: true,
  probabilities: [['404 page', 1]],
};

/**
 * The event server is stuck: events get no answer and no effect, while reads are answered. It lasts
 * long enough for a value to be sent a second time.
 */
const eventsBlocked: FaultProfile = {
  name: 'events blocked',
  minutes: [20, 80],
  outage: false,
  ofEvents: true,
  probabilities: [
    ['no answer without acceptance', 0.3],
    ['reset before acceptance', 1],
  ],
};

/** Profiles in which AutoSys is unavailable. */
export const outages = [down, down, hanging, errorResponses, notDeployed] as const;
/** The profiles of a scenario. A profile that is listed more often is drawn more often. */
export const faultProfiles = [
  noFaults,
  flaky,
  flaky,
  flaky,
  rejecting,
  eventsBlocked,
  ...outages,
] as const;

/** Draws the fault of a request; `undefined` for none. */
export function drawFault(
  world: World,
  { probabilities, ofEvents = false }: FaultProfile,
  isEvent: boolean,
): RequestFault | undefined {
  if (ofEvents && !isEvent) return undefined;
  for (const [fault, probability] of probabilities) if (world.chance(probability)) return fault;
  return undefined;
}
