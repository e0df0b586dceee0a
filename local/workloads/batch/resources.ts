import { toWorkloadArn, type WorkloadLocation } from '../arns.ts';
import { ServiceRefusal } from '../refusal.ts';
import type { ContainerVariable } from './overrides.ts';
import type { BatchJobPlans } from './plan.ts';
import type { BatchRetryStrategy } from './retry.ts';

/** A job queue that a test declares. */
export interface JobQueueDeclaration {
  /** Its name. */
  readonly jobQueue: string;
  /** @default 'ENABLED' */
  readonly state?: 'ENABLED' | 'DISABLED';
  /** @default 'VALID' */
  readonly status?: JobQueueStatus;
}

/** Status of a job queue (API model, `JQStatus`). */
export type JobQueueStatus = 'CREATING' | 'UPDATING' | 'DELETING' | 'DELETED' | 'VALID' | 'INVALID';

/** A job definition that a test declares: a container job. */
export interface JobDefinitionDeclaration {
  /** Its name. */
  readonly jobDefinition: string;
  /** @default - the next revision */
  readonly revision?: number;
  /** @default 'ACTIVE' */
  readonly status?: 'ACTIVE' | 'INACTIVE';
  /** Container properties of the API. @default - the image `job:1` */
  readonly container?: BatchContainerProperties;
  /** @default - one attempt */
  readonly retryStrategy?: BatchRetryStrategy;
  readonly timeout?: { readonly attemptDurationSeconds: number };
  /** Defaults of the parameters. @default - none */
  readonly parameters?: Readonly<Record<string, string>>;
  /** @default false */
  readonly propagateTags?: boolean;
  /** @default - FARGATE */
  readonly platformCapabilities?: readonly ('EC2' | 'FARGATE')[];
  /** What jobs do. @default - run a second and succeed */
  readonly runs?: BatchJobPlans;
}

/** The container properties that the embedded Batch knows. */
export interface BatchContainerProperties {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: readonly ContainerVariable[];
  readonly resourceRequirements?: readonly { readonly type: string; readonly value: string }[];
  readonly jobRoleArn?: string;
  readonly logConfiguration?: {
    readonly logDriver: string;
    readonly options?: Readonly<Record<string, string>>;
  };
}

/** A declared job queue. */
export interface DeclaredJobQueue {
  readonly arn: string;
  readonly jobQueueName: string;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly status: JobQueueStatus;
}

/** One revision of a declared job definition. */
export interface DeclaredJobDefinition {
  /** With revision. */
  readonly arn: string;
  readonly jobDefinitionName: string;
  readonly revision: number;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly container: BatchContainerProperties;
  readonly declaration: JobDefinitionDeclaration;
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

/** The declared job queues and job definitions of one account and Region. */
export class BatchResources {
  readonly #location: WorkloadLocation;
  readonly #queues = new Map<string, DeclaredJobQueue>();
  readonly #definitions = new Map<string, DeclaredJobDefinition>();

  constructor(location: WorkloadLocation) {
    this.#location = location;
  }

  /** Creates or updates a job queue. @throws {Error} for a name that Batch refuses */
  declareQueue({
    jobQueue: name,
    state = 'ENABLED',
    status = 'VALID',
  }: JobQueueDeclaration): DeclaredJobQueue {
    const arn = toWorkloadArn('batch', this.#location, `job-queue/${requireName(name)}`);
    const queue = { arn, jobQueueName: name, state, status };
    this.#queues.set(name, queue);
    return queue;
  }

  /** Registers a revision of a job definition. @throws {Error} for a name that Batch refuses */
  declareDefinition(declaration: JobDefinitionDeclaration): DeclaredJobDefinition {
    const { jobDefinition: name, status = 'ACTIVE', container = { image: 'job:1' } } = declaration;
    const revisions = this.definitionsOf(requireName(name)).map(({ revision }) => revision);
    const revision = declaration.revision ?? Math.max(0, ...revisions) + 1;
    const arn = toWorkloadArn('batch', this.#location, `job-definition/${name}:${revision}`);
    const definition = { arn, jobDefinitionName: name, revision, status, container, declaration };
    this.#definitions.set(arn, definition);
    return definition;
  }

  queues(): readonly DeclaredJobQueue[] {
    return [...this.#queues.values()];
  }

  definitions(): readonly DeclaredJobDefinition[] {
    return [...this.#definitions.values()];
  }

  /** The revisions of a job definition. */
  definitionsOf(name: string): readonly DeclaredJobDefinition[] {
    return this.definitions().filter((one) => one.jobDefinitionName === name);
  }

  /**
   * Finds a queue by name or ARN.
   *
   * @throws {ServiceRefusal} `ClientException` in the words of AWS (base2genomics/batchit#13,
   * Netflix/metaflow#65)
   */
  requireQueue(nameOrArn: string): DeclaredJobQueue {
    const found = this.queues().find((queue) =>
      [queue.arn, queue.jobQueueName].includes(nameOrArn),
    );
    if (found === undefined) throw refuse(`JobQueue ${nameOrArn} not found.`);
    return found;
  }

  /**
   * Finds an active revision by name, name with revision, or ARN with or without revision; without
   * revision the latest one.
   *
   * @throws {ServiceRefusal} `ClientException` in the words of AWS (azavea/raster-vision-aws#17,
   * aws-samples/aws-genomics-workflows#84)
   */
  requireDefinition(nameOrArn: string): DeclaredJobDefinition {
    const isArn = nameOrArn.startsWith('arn:');
    const prefix = toWorkloadArn('batch', this.#location, 'job-definition/');
    const named =
      isArn && nameOrArn.startsWith(prefix) ? nameOrArn.slice(prefix.length) : nameOrArn;
    const [name = '', revision] = named.split(':');
    const found = this.definitionsOf(name)
      .filter((one) => one.status === 'ACTIVE')
      .filter((one) => revision === undefined || String(one.revision) === revision)
      .toSorted((a, b) => b.revision - a.revision)[0];
    if (found !== undefined) return found;
    throw refuse(
      isArn
        ? `JobDefinition ${nameOrArn} not found.`
        : `JobDefinition name ${nameOrArn} does not exist or is not in ACTIVE status`,
    );
  }

  /** The ARN that IAM checks for a queue, declared or not. */
  toQueueArn(nameOrArn: string): string {
    if (nameOrArn.startsWith('arn:')) return nameOrArn;
    return toWorkloadArn('batch', this.#location, `job-queue/${nameOrArn}`);
  }

  /** The ARN that IAM checks for a job definition, declared or not. */
  toDefinitionArn(nameOrArn: string): string {
    if (nameOrArn.startsWith('arn:')) return nameOrArn;
    return toWorkloadArn('batch', this.#location, `job-definition/${nameOrArn}`);
  }
}

function refuse(message: string): ServiceRefusal {
  return new ServiceRefusal('ClientException', message);
}

function requireName(name: string): string {
  if (namePattern.test(name)) return name;
  throw new Error(
    `AWS Batch: found the name ${JSON.stringify(name)}, allowed: ${namePattern.source}`,
  );
}
