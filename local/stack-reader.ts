import type { AssemblyStack, Resource } from './assembly.ts';
import { readTableSchema, tableTypes } from './table-schema.ts';
import {
  type JsonObject,
  kindOf,
  listAt,
  numberAt,
  objectAt,
  refuseSetting,
  TemplateError,
  textAt,
} from './template-error.ts';
import { readRuleRate, readSchedule } from './template-schedule.ts';
import { type TemplateLocation, TemplateValues } from './template-values.ts';
import type {
  WiredFunction,
  WiredMapping,
  WiredQueue,
  WiredRule,
  WiredSchedule,
  WiredTable,
  Wiring,
} from './wiring.ts';

/**
 * Initial concurrency of a standard queue's mapping in Lambda. Its later growth is not emulated.
 */
const defaultConcurrency = 5;

/** Reads the wiring of one stack of a cloud assembly. */
export class StackReader {
  readonly #stack: AssemblyStack;
  readonly #values: TemplateValues;
  readonly #leftOut: { readonly id: string; readonly reason: string }[] = [];

  constructor(stack: AssemblyStack, place: TemplateLocation) {
    this.#stack = stack;
    this.#values = new TemplateValues(stack, place);
  }

  read(): Omit<Wiring, 'restApis' | 'access'> {
    return {
      queues: this.#each('AWS::SQS::Queue', (id, resource) => this.#queue(id, resource)),
      rules: this.#each('AWS::Events::Rule', (id, resource) => this.#rule(id, resource)),
      schedules: [
        ...this.#each('AWS::Events::Rule', (id, resource) => this.#scheduledRule(id, resource)),
        ...this.#each('AWS::Scheduler::Schedule', (id, resource) => this.#schedule(id, resource)),
      ],
      functions: this.#each('AWS::Lambda::Function', (id, resource) =>
        this.#function(id, resource),
      ),
      mappings: this.#each('AWS::Lambda::EventSourceMapping', (id, resource) =>
        this.#mapping(id, resource),
      ),
      tables: tableTypes.flatMap((type) =>
        this.#each(type, (id, resource) => this.#table(id, resource)),
      ),
      leftOut: this.#leftOut,
    };
  }

  #each<Wired>(type: string, read: (id: string, resource: Resource) => Wired | undefined) {
    return Object.entries(this.#stack.resources).flatMap(([id, resource]) => {
      const wired = resource.type === type ? read(id, resource) : undefined;
      return wired === undefined ? [] : [wired];
    });
  }

  #queue(id: string, { properties }: Resource): WiredQueue {
    refuseSetting(properties['FifoQueue'], `${id}, FifoQueue`, 'standard queues');
    refuseSetting(properties['DelaySeconds'], `${id}, DelaySeconds`, 'queues without a delay');
    const redrive = objectAt(properties['RedrivePolicy'], `${id}, RedrivePolicy`);
    const target = redrive['deadLetterTargetArn'];
    return {
      id: this.#idOf(id),
      name: this.#values.nameOf(id),
      arn: this.#values.arnOf(id),
      visibilityTimeoutMs: numberAt(properties['VisibilityTimeout'], id, 30) * 1000,
      ...(target === undefined
        ? {}
        : {
            redrive: {
              deadLetterQueueId: this.#find(target, 'AWS::SQS::Queue', `${id}, RedrivePolicy`),
              maxReceiveCount: numberAt(redrive['maxReceiveCount'], `${id}, maxReceiveCount`),
            },
          }),
    };
  }

  #rule(id: string, { properties }: Resource): WiredRule | undefined {
    const { EventPattern: pattern, State: state, EventBusName: bus } = properties;
    if (state === 'DISABLED') return this.#leaveOut(id, 'the rule is disabled');
    if (readRuleRate(properties) !== undefined) return undefined;
    if (pattern === undefined)
      return this.#leaveOut(id, 'the rule has no event pattern and no rate such as rate(1 minute)');
    if (bus !== undefined && bus !== 'default') {
      throw new TemplateError(`${id}, EventBusName`, {
        found: kindOf(bus),
        allowed: 'the default bus',
      });
    }
    const targets = listAt(properties['Targets'], `${id}, Targets`).map((value, at) => {
      const where = `${id}, Targets[${at}]`;
      const { Arn, Id, DeadLetterConfig, RetryPolicy, ...more } = objectAt(value, where);
      const unknown = Object.keys(more).join(', ');
      refuseSetting(unknown, `${where}, ${unknown}`, 'a queue that takes the whole event');
      return {
        id: textAt(Id, where),
        queueId: this.#find(Arn, 'AWS::SQS::Queue', `${where}, Arn`),
      };
    });
    const resolved = objectAt(this.#values.resolve(pattern, id), `${id}, EventPattern`);
    const name = this.#values.nameOf(id);
    return { id: this.#idOf(id), name, pattern: resolved, targets };
  }

  #scheduledRule(id: string, { properties }: Resource): WiredSchedule | undefined {
    const everyMs = readRuleRate(properties);
    if (everyMs === undefined || properties['State'] === 'DISABLED') return undefined;
    const targets = listAt(properties['Targets'], `${id}, Targets`);
    const { Arn, Id: _, RetryPolicy, DeadLetterConfig, ...more } = objectAt(targets[0], id);
    const unknown = Object.keys(more).join(', ');
    refuseSetting(unknown, `${id}, ${unknown}`, 'a function that takes the scheduled event');
    refuseSetting(targets.length > 1, `${id}, Targets`, 'one function for each schedule');
    const functionId = this.#find(Arn, 'AWS::Lambda::Function', `${id}, Targets[0], Arn`);
    return {
      id: this.#idOf(id),
      arn: this.#values.arnOf(id),
      source: 'aws.events',
      everyMs,
      functionId,
    };
  }

  #schedule(id: string, { properties }: Resource): WiredSchedule | undefined {
    if (properties['State'] === 'DISABLED') return this.#leaveOut(id, 'the schedule is disabled');
    const { everyMs, target, input } = readSchedule(id, properties);
    if (everyMs === undefined)
      return this.#leaveOut(id, 'the schedule has no rate such as rate(1 minute)');
    this.#find(target.roleArn, 'AWS::IAM::Role', `${id}, Target.RoleArn`);
    const functionId = this.#find(target.arn, 'AWS::Lambda::Function', `${id}, Target.Arn`);
    return {
      id: this.#idOf(id),
      arn: this.#values.arnOf(id),
      source: 'aws.scheduler',
      everyMs,
      functionId,
      ...(input !== undefined && { input }),
    };
  }

  #function(id: string, { properties }: Resource): WiredFunction | undefined {
    const runtime = properties['Runtime'];
    if (runtime !== 'nodejs24.x') return this.#leaveOut(id, 'its runtime is not nodejs24.x');
    const { Variables } = objectAt(properties['Environment'], `${id}, Environment`);
    const { LogFormat } = objectAt(properties['LoggingConfig'], `${id}, LoggingConfig`);
    return {
      id: this.#idOf(id),
      name: this.#values.nameOf(id),
      handler: textAt(properties['Handler'], `${id}, Handler`),
      taskRoot: this.#assetOf(id, properties['Code']),
      timeoutMs: numberAt(properties['Timeout'], `${id}, Timeout`, 3) * 1000,
      memoryMb: numberAt(properties['MemorySize'], `${id}, MemorySize`, 128),
      logFormat: LogFormat === 'JSON' ? 'JSON' : 'Text',
      ...this.#environment(id, objectAt(Variables, `${id}, Variables`)),
    };
  }

  #environment(id: string, variables: JsonObject) {
    const environment: Record<string, string> = {};
    const unresolved: Record<string, string> = {};
    for (const [name, value] of Object.entries(variables)) {
      const where = `${id}, Environment.${name}`;
      try {
        environment[name] = textAt(this.#values.resolve(value, where), where);
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        unresolved[name] = error.message;
      }
    }
    return { environment, unresolved };
  }

  #assetOf(id: string, code: unknown): string {
    const where = `${id}, Code`;
    const key = textAt(
      this.#values.resolve(objectAt(code, where)['S3Key'], where),
      `${where}.S3Key`,
    );
    const path = this.#stack.assetPathByKey.get(key);
    if (path !== undefined) return path;
    throw new TemplateError(where, {
      found: `the key ${key}`,
      allowed: 'an asset of the assembly',
    });
  }

  #mapping(id: string, { properties }: Resource): WiredMapping | undefined {
    if (properties['Enabled'] === false) return this.#leaveOut(id, 'the mapping is disabled');
    refuseSetting(
      properties['FilterCriteria'],
      `${id}, FilterCriteria`,
      'mappings without a filter',
    );
    const { MaximumConcurrency } = objectAt(properties['ScalingConfig'], `${id}, ScalingConfig`);
    const types = listAt(properties['FunctionResponseTypes'], `${id}, FunctionResponseTypes`);
    const window = properties['MaximumBatchingWindowInSeconds'];
    return {
      id: this.#idOf(id),
      queueId: this.#find(properties['EventSourceArn'], 'AWS::SQS::Queue', `${id}, EventSourceArn`),
      functionId: this.#find(
        properties['FunctionName'],
        'AWS::Lambda::Function',
        `${id}, FunctionName`,
      ),
      batchSize: numberAt(properties['BatchSize'], `${id}, BatchSize`, 10),
      batchWindowMs: numberAt(window, `${id}, MaximumBatchingWindowInSeconds`, 0) * 1000,
      maximumConcurrency: numberAt(MaximumConcurrency, `${id}, ScalingConfig`, defaultConcurrency),
      reportsBatchItemFailures: types.includes('ReportBatchItemFailures'),
    };
  }

  #table(id: string, { properties }: Resource): WiredTable {
    const resolved = objectAt(this.#values.resolve(properties, id), id);
    const { schema, without } = readTableSchema(id, resolved);
    if (without.length > 0) {
      this.#leaveOut(
        id,
        `the table is emulated without ${without.join(', ')}: dynalite does not support it`,
      );
    }
    return { id: this.#idOf(id), name: this.#values.nameOf(id), schema };
  }

  #find(reference: unknown, type: string, where: string): string {
    const identity = textAt(this.#values.resolve(reference, where), where);
    const id = this.#values.findByIdentity(identity, type);
    if (id !== undefined) return this.#idOf(id);
    throw new TemplateError(where, { found: identity, allowed: `${type} of the same template` });
  }

  #idOf(logicalId: string): string {
    return `${this.#stack.name}/${logicalId}`;
  }

  #leaveOut(id: string, reason: string): undefined {
    this.#leftOut.push({ id: this.#idOf(id), reason });
  }
}
