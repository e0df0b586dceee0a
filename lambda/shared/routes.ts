import type { AutosysEventKind } from '../../autosys/event.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import type { Template } from './template.ts';
import type { WorkloadStatus } from './workload.ts';

/** How a route names a thing of AWS: by its plain name, by a name with `*`, or by its ARN. */
export interface Selector {
  readonly by: 'name' | 'glob' | 'arn';
  readonly text: string;
}

/** Whether a route hears the parts of a workload: Distributed Map children, array children, nodes. */
export type Parts = 'ignore' | 'only' | 'include';

/** Where a route's events come from; what is absent is not asked. */
interface Whereabouts {
  /** Twelve digits each. */
  readonly accounts?: readonly string[];
  readonly regions?: readonly string[];
}

export interface ExecutionOrigin extends Whereabouts {
  readonly kind: 'execution';
  readonly stateMachine: Selector;
  readonly mapChildren: Parts;
}

export interface BatchJobOrigin extends Whereabouts {
  readonly kind: 'batchJob';
  /** At least one of the three is there. */
  readonly jobQueue?: Selector;
  readonly jobDefinition?: Selector;
  readonly batchJobName?: Selector;
  readonly arrayChildren: Parts;
  readonly nodes: Parts;
}

export type Origin = ExecutionOrigin | BatchJobOrigin;

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
  /** Only these statuses are heard; every other is ignored, and the rules do not ask for it. */
  readonly say: Readonly<Partial<Record<WorkloadStatus, readonly EventTemplate[]>>>;
}

/** One AutoSys installation as the route file describes it. */
export interface InstanceConfig {
  readonly name: AutosysInstance;
  /** Base URLs, in the order in which they are tried. */
  readonly endpoints: readonly string[];
  /** Name or ARN of the Secrets Manager secret that holds `{"username", "password"}`. */
  readonly secret: string;
  /** PEM text of the CA; absent: the public CAs of Node.js. */
  readonly certificateAuthority?: string;
  /** What `parseProfile` of the AEWS client takes: a profile's name, or one with overridden entries. */
  readonly profile: unknown;
  /** IANA name of the scheduler's timezone, for reading its dates. */
  readonly timezone: string;
  /** How long a delivery is read back before it counts as accepted but not confirmed. */
  readonly confirmWithinMs: number;
}

/** The compiled route file: what infra checks at synth and the bundle carries as JSON. */
export interface BridgeConfig {
  readonly instances: readonly InstanceConfig[];
  readonly routes: readonly Route[];
}
