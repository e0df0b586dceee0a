import type { AutosysInstance } from '../../autosys/names.ts';
import type { WorkloadEvent, WorkloadStatus } from '../workload/workload.ts';
import type { Group, GroupRoute } from './groups.ts';
import type { MatchedRoute } from './matched-route.ts';
import type { NightConfig } from './night-config.ts';
import type { RouteObservation } from './observation.ts';
import { type Home, toNames, withLocation } from './origin.ts';
import { createOriginIndex, type OriginIndex } from './origin-index.ts';
import type { RequestEntry } from './requests.ts';
import { explainMiss } from './route-miss.ts';
import type { LaunchCaller, LaunchTarget } from './targets.ts';
import type { When } from './when.ts';

export type { GroupRoute } from './groups.ts';
export type { EventTemplate, MatchedRoute } from './matched-route.ts';
export type {
  BatchJobOrigin,
  ExecutionOrigin,
  Home,
  Origin,
  Parts,
  Selector,
} from './origin.ts';

/**
 * One compiled route of the route file. A route to several instances is compiled to one for each, of
 * the same name.
 */
export interface Route extends MatchedRoute {
  /** AutoSys instance that receives the effects. */
  readonly to: AutosysInstance;
  /** Condition on the event. Without it, every event that matches has its effects. */
  readonly when?: When;
  /**
   * Present if several workloads may write a variable, job status or toggle of this route. The run
   * that began last decides. If absent, the check of the route file found no such target.
   */
  readonly combine?: 'latest';
  /** Present if the route only observes: its events are recorded, and nothing is sent. */
  readonly observe?: RouteObservation;
}

/**
 * A launch target as events are matched with it: the runs are recorded, and nothing is sent to
 * AutoSys. Its name is `target:NAME`, which no route can have.
 */
export interface TargetRoute extends MatchedRoute {
  /** Name of the launch target. */
  readonly target: string;
  /** True if the target has a mirror. */
  readonly mirrored?: true;
  readonly actions: Readonly<Partial<Record<WorkloadStatus, readonly never[]>>>;
}

/** Everything that events are matched with. */
export type AnyRoute = Route | TargetRoute | GroupRoute;

/** Whether it is a route of the file, with actions of its own. */
export function isRoute(one: AnyRoute): one is Route {
  return 'to' in one;
}

/** Global variable that the canary sets if the route file names no other. */
export const defaultCanaryGlobal = 'AWS_BRIDGE_CANARY';

/** One AutoSys instance of the route file. */
export interface InstanceConfig {
  readonly name: AutosysInstance;
  /** Base URLs, in the order in which they are tried. */
  readonly endpoints: readonly string[];
  /** Name or ARN of the Secrets Manager secret that holds `{"username", "password"}`. */
  readonly secret: string;
  /**
   * PEM text of the CA at synth time.
   *
   * @default - the public CAs of Node.js, or {@link authoritySecret}
   */
  readonly certificateAuthority?: string;
  /** Secret with the certificates of the CA. The functions read it at run time. */
  readonly authoritySecret?: AuthoritySecret;
  /** Input of `parseProfile` of the AEWS client: a profile name, or one with overridden entries. */
  readonly profile: unknown;
  /** IANA name of the scheduler's timezone, for parsing its dates. */
  readonly timezone: string;
  /** Time limit for the read-back. After it, the event counts as accepted but not confirmed. */
  readonly confirmWithinMs: number;
  /** Age at which an entry that was not confirmed is parked. */
  readonly deadlineMs: number;
  /** Whether events older than the deadline, and events of an archive replay, may be sent. */
  readonly oldEvents: 'park' | 'allow';
  /** Maximum entries per second that the drain starts after an outage. */
  readonly drainPerSecond: number;
  /**
   * Maximum concurrent requests with this secret, over all functions and instances that share it.
   */
  readonly requestsUnderWay: number;
  /**
   * Time after its confirmation in which a global variable is read again, in case AutoSys has lost
   * it. 0 means never.
   */
  readonly rereadForMs: number;
  /** Global variable that the canary sets and reads. @default {@link defaultCanaryGlobal} */
  readonly canaryGlobal?: string;
  /** Planned downtimes of AutoSys. The bridge does not call AutoSys in them. */
  readonly maintenance: readonly MaintenanceWindow[];
}

/** A secret with one or more PEM certificates. */
export interface AuthoritySecret {
  /** Name or ARN. */
  readonly secret: string;
  /** Key of the certificates if the secret is JSON. @default - the secret is the PEM text itself */
  readonly key?: string;
}

/** A time in which the bridge does not call AutoSys. */
export type MaintenanceWindow = WeeklyWindow | DatedWindow;

/** A weekly window in local time of the instance's timezone. */
export interface WeeklyWindow {
  readonly kind: 'weekly';
  /** Days on which it begins. 0 is Sunday. */
  readonly days: readonly number[];
  /** Minutes after midnight. */
  readonly fromMinute: number;
  /**
   * Minutes after midnight, up to 1,440. If not after `fromMinute`, the window ends on the next
   * day.
   */
  readonly toMinute: number;
}

/** A window that happens once. Instants in epoch milliseconds, the end excluded. */
export interface DatedWindow {
  readonly kind: 'dated';
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The compiled route file. infra checks it at synth, and the bundle contains it as JSON. */
export interface BridgeConfig {
  readonly instances: readonly InstanceConfig[];
  readonly routes: readonly Route[];
  /** Groups of workloads with one state per business day. @default - empty */
  readonly groups?: readonly Group[];
  /** What AutoSys may start in AWS. @default - empty */
  readonly targets: readonly LaunchTarget[];
  /** Who may start which targets. @default - empty */
  readonly callers: readonly LaunchCaller[];
  /** What AWS processes may ask of AutoSys. @default - empty */
  readonly requests: readonly RequestEntry[];
  /** Pages of the night in a bucket. @default - none */
  readonly night?: NightConfig;
  /**
   * AWS accounts whose events are allowed besides the bridge's own, sorted: those that the file
   * lists, and every account that a route names.
   */
  readonly accounts: readonly string[];
  /**
   * Whether the time to confirmation is also emitted per route: one custom CloudWatch metric each.
   */
  readonly metricPerRoute: boolean;
}

/** Finds the routes, launch targets and groups that match an event, or the reason why none does. */
export interface RouteIndex extends OriginIndex<AnyRoute> {
  /** The most probable reasons why nothing matches the event, for an operator. */
  readonly explainMiss: (event: WorkloadEvent) => string;
}

/**
 * Creates the index of all routes. A lookup among ten thousand routes costs the same as among ten.
 *
 * @param routes as `toMatchedRoutes` returns them
 * @param home account and Region of the stack. A route without `account` or `region` matches these.
 *   Tools that do not know the stack leave it out. Then such a route matches in every account and
 *   Region
 */
export function createRouteIndex(routes: readonly AnyRoute[], home?: Home): RouteIndex {
  const located = home
    ? routes.map((route) => ({ ...route, from: withLocation(route.from, home) }))
    : routes;
  return {
    ...createOriginIndex(located),
    explainMiss: cacheLast((event) => explainMiss(routes, event, home).join('; ')),
  };
}

/**
 * Caches the last explanation. It tests every route, and is the same for up to ten thousand
 * children of an array job.
 */
function cacheLast(explain: (event: WorkloadEvent) => string): typeof explain {
  let last = { facts: '', reason: '' };
  return function explainCached(event) {
    const facts = JSON.stringify([
      event.kind,
      event.account,
      event.region,
      toNames(event),
      toPart(event),
    ]);
    if (facts !== last.facts) last = { facts, reason: explain(event) };
    return last.reason;
  };
}

function toPart(event: WorkloadEvent): string {
  if (event.kind === 'batchJob') return event.role;
  return event.mapLabel === undefined ? 'execution' : 'mapChild';
}
