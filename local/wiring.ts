import type { ScheduleSource } from './schedule.ts';
import type { JsonObject } from './template-error.ts';

/** What a cloud assembly asks for, as far as this machine runs it. An id is stack and logical id, `Bridge/Reports65402A0A`. */
export interface Wiring {
  readonly queues: readonly WiredQueue[];
  readonly rules: readonly WiredRule[];
  readonly schedules: readonly WiredSchedule[];
  readonly functions: readonly WiredFunction[];
  readonly mappings: readonly WiredMapping[];
  readonly tables: readonly WiredTable[];
  /** Resources, or settings of one, that were left out although they act on AWS, each with the reason. */
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

/** A rule and the queues that it feeds. */
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
  /** Variables whose value this machine cannot work out, each with the reason. */
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
  /** Keys, attributes and indexes in the words of CreateTable, which are CloudFormation's as well. */
  readonly schema: JsonObject;
}
