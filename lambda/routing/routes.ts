import type { AutosysEventKind } from '../../autosys/event.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import type { WorkloadEvent, WorkloadStatus } from '../workload/workload.ts';
import { type Home, type Origin, placeOrigin, toNames } from './origin.ts';
import { createOriginIndex, type OriginIndex } from './origin-index.ts';
import { explainMiss } from './route-miss.ts';
import type { Template } from './template.ts';

export type {
  BatchJobOrigin,
  ExecutionOrigin,
  Home,
  Origin,
  Parts,
  Selector,
} from './origin.ts';

/** An AutoSys event with its fields still to be filled in from an AWS event. */
export interface EventTemplate {
  readonly kind: AutosysEventKind;
  /** By the field's name in `AutosysEvent`: job, globalVariable, value, status, comment, … */
  readonly fields: Readonly<Record<string, Template>>;
}

/** One entry of the route file, compiled: from where, to which AutoSys, what to say on which status. */
export interface Route {
  readonly name: string;
  readonly from: Origin;
  readonly to: AutosysInstance;
  /** A run that has not ended by then is asked about by the sweep. */
  readonly endsWithinMs: number;
  /**
   * Several workloads may share a variable, job status or toggle that this route names: of all their runs the one that
   * began last decides. Absent: the route file was checked, and none do.
   */
  readonly combine?: 'latest';
  /** Only these statuses are heard; every other is ignored, and the rules do not ask for it. */
  readonly say: Readonly<Partial<Record<WorkloadStatus, readonly EventTemplate[]>>>;
}

/** What the canary sets where the route file names nothing else. */
export const defaultCanaryGlobal = 'AWS_BRIDGE_CANARY';

/** One AutoSys installation as the route file describes it. */
export interface InstanceConfig {
  readonly name: AutosysInstance;
  /** Base URLs, in the order in which they are tried. */
  readonly endpoints: readonly string[];
  /** Name or ARN of the Secrets Manager secret that holds `{"username", "password"}`. */
  readonly secret: string;
  /** PEM text of the CA, as it was at synth; absent: the public CAs of Node.js, or {@link authoritySecret}. */
  readonly certificateAuthority?: string;
  /** The secret with the certificates of the CA, read while the bridge runs. */
  readonly authoritySecret?: AuthoritySecret;
  /** What `parseProfile` of the AEWS client takes: a profile's name, or one with overridden entries. */
  readonly profile: unknown;
  /** IANA name of the scheduler's timezone, for reading its dates. */
  readonly timezone: string;
  /** How long a delivery is read back before it counts as accepted but not confirmed. */
  readonly confirmWithinMs: number;
  /** What AutoSys could not be told for so long is parked for a person. */
  readonly deadlineMs: number;
  /** Whether events that are older than the deadline, or that an archive replays, may act. */
  readonly oldEvents: 'park' | 'allow';
  /** How many entries a second the drain may begin, once AutoSys is back. */
  readonly drainPerSecond: number;
  /** Requests under way with this secret over all functions and all instances that share it. */
  readonly requestsUnderWay: number;
  /** So long after its confirmation a global variable is read again, in case AutoSys has lost it; 0 is never. */
  readonly rereadForMs: number;
  /** The global variable that the canary sets and reads; absent: {@link defaultCanaryGlobal}. */
  readonly canaryGlobal?: string;
  /** When AutoSys is down on purpose; nobody calls it then. */
  readonly maintenance: readonly MaintenanceWindow[];
}

/** A secret with certificates in PEM, one or several. */
export interface AuthoritySecret {
  /** Name or ARN. */
  readonly secret: string;
  /** The key under which JSON holds them; absent: the secret is the PEM text itself. */
  readonly key?: string;
}

/** A time in which an AutoSys is not to be called. */
export type MaintenanceWindow = WeeklyWindow | DatedWindow;

/** By the clock on the wall, in the timezone of the instance. */
export interface WeeklyWindow {
  readonly kind: 'weekly';
  /** The days on which it begins: 0 is Sunday. */
  readonly days: readonly number[];
  /** Minutes after midnight. */
  readonly fromMinute: number;
  /** Minutes after midnight, up to 1,440; not after `fromMinute` where it ends on the next day. */
  readonly toMinute: number;
}

/** Once; instants in milliseconds, the end not in it. */
export interface DatedWindow {
  readonly kind: 'dated';
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The compiled route file: what infra checks at synth and the bundle carries as JSON. */
export interface BridgeConfig {
  readonly instances: readonly InstanceConfig[];
  readonly routes: readonly Route[];
  /** Who may speak beside the bridge's own account, sorted: what the file lists, and every account a route names. */
  readonly accounts: readonly string[];
  /** Whether the time to the confirmation is told by route too: one custom metric of CloudWatch for each. */
  readonly metricPerRoute: boolean;
}

/** Which routes hear an event, and why none does. */
export interface RouteIndex extends OriginIndex<Route> {
  /** For an event that no route hears: the likeliest reasons, for an operator. */
  readonly explainMiss: (event: WorkloadEvent) => string;
}

/**
 * Makes the routes findable: ten thousand of them cost a look-up what ten do.
 *
 * @param home account and Region of the stack, which a route without `account` or `region` means. Tools that do not know
 *   the stack leave it out: then such a route matches in every account and Region
 */
export function createRouteIndex(routes: readonly Route[], home?: Home): RouteIndex {
  const placed = home
    ? routes.map((route) => ({ ...route, from: placeOrigin(route.from, home) }))
    : routes;
  return {
    ...createOriginIndex(placed),
    explainMiss: rememberLast((event) => explainMiss(routes, event, home).join('; ')),
  };
}

/** The reason is the same for each of an array's ten thousand children, and looks at every route. */
function rememberLast(explain: (event: WorkloadEvent) => string): typeof explain {
  let last = { facts: '', reason: '' };
  return (event) => {
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
