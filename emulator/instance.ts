import type { Source } from '../autosys/source.ts';
import type { LoggedEvent } from './event-log.ts';
import type {
  GlobalValueRecord,
  InstanceChange,
  InstanceOptions,
  JilOutcome,
  MachineRecord,
  QueuedEvent,
  QueueOptions,
} from './instance-types.ts';
import type { JobRecord } from './record.ts';

/** One AutoSys installation: jobs from JIL, conditions, boxes, global variables, and a clock that moves them. */
export declare class Instance implements Disposable {
  readonly name: string;
  readonly timezone: string;
  constructor(options: InstanceOptions);
  loadJil(source: Source): JilOutcome;
  queue(event: QueuedEvent, options?: QueueOptions): void;
  job(name: string): JobRecord | undefined;
  jobs(): readonly JobRecord[];
  members(box: string): readonly JobRecord[];
  globalVariable(name: string): GlobalValueRecord | undefined;
  globalVariables(): ReadonlyMap<string, GlobalValueRecord>;
  machines(): readonly MachineRecord[];
  events(job?: string): readonly LoggedEvent[];
  whyWaiting(job: string): string;
  loseNextEvents(count: number): void;
  onChange(listener: (change: InstanceChange) => void): Disposable;
  stop(): void;
  [Symbol.dispose](): void;
}
