import type { FunctionAccess } from './lambda/function-access.ts';
import type { RestApiDefinition } from './rest/definition.ts';
import type { ScheduleSource } from './schedule.ts';
import type { JsonObject } from './template-error.ts';

/**
 * The contents of a cloud assembly that are emulated. An id is stack name and logical id, such as
 * `Bridge/Reports65402A0A`.
 */
export interface Wiring {
  readonly queues: readonly WiredQueue[];
  readonly rules: readonly WiredRule[];
  readonly schedules: readonly WiredSchedule[];
  readonly functions: readonly WiredFunction[];
  readonly mappings: readonly WiredMapping[];
  readonly tables: readonly WiredTable[];
  readonly restApis: readonly RestApiDefinition[];
  /** Versions, aliases and resource policies of the functions. */
  readonly access: readonly FunctionAccess[];
  /**
   * Resources, or settings of a resource, that are not emulated although they have an effect on
   * AWS, with the reason.
   */
  readonly leftOut: readonly { readonly id: string; readonly reason: string }[];
}

/** A standard queue. */
export interface WiredQueue {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly visibilityTimeoutMs: number;
  readonly redrive?: { readonly deadLetterQueueId: string; readonly maxReceiveCount: number };
}

/** A rule and its target queues. */
export interface WiredRule {
  readonly id: string;
  readonly name: string;
  readonly pattern: JsonObject;
  readonly targets: readonly { readonly id: string; readonly queueId: string }[];
}

/** A rule with a rate or a schedule of EventBridge Scheduler, and the function that it invokes. */
export interface WiredSchedule {
  readonly id: string;
  readonly arn: string;
  readonly source: ScheduleSource;
  readonly everyMs: number;
  readonly functionId: string;
  /** JSON text that the function receives. @default - the scheduled event */
  readonly input?: string;
}

/** A function and the directory of its bundle. */
export interface WiredFunction {
  readonly id: string;
  readonly name: string;
  readonly handler: string;
  readonly taskRoot: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly logFormat: 'Text' | 'JSON';
  readonly environment: Readonly<Record<string, string>>;
  /** Variables whose value cannot be resolved here, each with the reason. */
  readonly unresolved: Readonly<Record<string, string>>;
}

/** An event source mapping from a queue to a function. */
export interface WiredMapping {
  readonly id: string;
  readonly queueId: string;
  readonly functionId: string;
  readonly batchSize: number;
  readonly batchWindowMs: number;
  readonly maximumConcurrency: number;
  readonly reportsBatchItemFailures: boolean;
}

/** A table of DynamoDB. */
export interface WiredTable {
  readonly id: string;
  readonly name: string;
  /**
   * Keys, attributes and indexes in the format of CreateTable, which is the same in CloudFormation.
   */
  readonly schema: JsonObject;
}
