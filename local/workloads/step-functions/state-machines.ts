import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../../clock.ts';
import { toWorkloadArn, type WorkloadLocation } from '../arns.ts';
import { ServiceRefusal } from '../refusal.ts';
import { isStepFunctionsName } from './names.ts';
import type { ExecutionPlans } from './plan.ts';
import { readStatesArn } from './states-arn.ts';

/**
 * A state machine that a test declares. A second declaration of its name is an update: what it
 * leaves out stays as it is, apart from the status.
 */
export interface StateMachineDeclaration {
  /** Its name. */
  readonly stateMachine: string;
  /** Its execution role. @default - role/NAME-role of the account */
  readonly roleArn?: string;
  /** @default 'STANDARD' */
  readonly type?: 'STANDARD' | 'EXPRESS';
  /** Definition in the Amazon States Language; only described, never executed. @default - a Wait */
  readonly definition?: string;
  /** @default 'ACTIVE' */
  readonly status?: 'ACTIVE' | 'DELETING';
  /** Versions published with this declaration, each a copy of it. @default - none */
  readonly versions?: readonly number[];
  /** Versions by alias. @default - none */
  readonly aliases?: Readonly<Record<string, number>>;
  /**
   * A key of the customer, and whether the caller may use it.
   * @default - the key that AWS owns
   */
  readonly encryption?: { readonly callerMayUseKey: boolean };
  /** What executions do. @default - run a second and succeed */
  readonly runs?: ExecutionPlans;
}

/** One revision of a state machine. An execution keeps the revision of its first start. */
export interface StateMachineRevision {
  /** Undefined until the first update, as AWS reports it. */
  readonly revisionId: string | undefined;
  readonly updatedAt: number;
  readonly definition: string;
  readonly encryption: StateMachineDeclaration['encryption'];
  readonly runs: ExecutionPlans | undefined;
}

/** A declared state machine. */
export interface DeclaredStateMachine {
  readonly arn: string;
  readonly stateMachineName: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly status: 'ACTIVE' | 'DELETING';
  readonly roleArn: string;
  readonly createdAt: number;
  readonly latest: StateMachineRevision;
  readonly versions: ReadonlyMap<number, StateMachineRevision>;
  readonly aliases: ReadonlyMap<string, number>;
}

/** A state machine with the revision, version and alias that an ARN names. */
export interface ResolvedStateMachine {
  readonly machine: DeclaredStateMachine;
  readonly revision: StateMachineRevision;
  readonly versionArn: string | undefined;
  readonly aliasArn: string | undefined;
}

const defaultDefinition = JSON.stringify({
  StartAt: 'Work',
  States: { Work: { Type: 'Wait', Seconds: 1, End: true } },
});

/** The declared state machines of one account and Region. */
export class DeclaredStateMachines {
  readonly #clock: LocalClock;
  readonly #location: WorkloadLocation;
  readonly #byArn = new Map<string, DeclaredStateMachine>();

  constructor(clock: LocalClock, location: WorkloadLocation) {
    this.#clock = clock;
    this.#location = location;
  }

  /**
   * Creates or updates a state machine.
   *
   * @throws {Error} for a name that Step Functions refuses, or an alias of an unknown version
   */
  declare(declaration: StateMachineDeclaration): DeclaredStateMachine {
    const { stateMachine: name, status = 'ACTIVE' } = declaration;
    if (!isStepFunctionsName(name)) {
      throw new Error(
        `state machine: found the name ${JSON.stringify(name)}, allowed: 1 to 80 characters without white space and special characters`,
      );
    }
    const arn = toWorkloadArn('states', this.#location, `stateMachine:${name}`);
    const before = this.#byArn.get(arn);
    const type = declaration.type ?? before?.type ?? 'STANDARD';
    const revision = this.#toRevision(declaration, before);
    const published = (declaration.versions ?? []).map((version) => [version, revision] as const);
    const versions = new Map([...published, ...(before?.versions ?? [])]);
    const aliases = declaration.aliases
      ? new Map(Object.entries(declaration.aliases))
      : (before?.aliases ?? new Map<string, number>());
    for (const [alias, version] of aliases) {
      if (versions.has(version)) continue;
      const known = [...versions.keys()].join(', ') || 'none';
      throw new Error(`alias ${alias} of ${name}: found version ${version}, allowed: ${known}`);
    }
    const machine = {
      ...{ arn, stateMachineName: name, type, status, latest: revision, versions, aliases },
      roleArn:
        declaration.roleArn ??
        before?.roleArn ??
        toWorkloadArn('iam', this.#location, `role/${name}-role`),
      createdAt: before?.createdAt ?? this.#clock.now(),
    };
    this.#byArn.set(arn, machine);
    return machine;
  }

  /** Every declared state machine. */
  list(): readonly DeclaredStateMachine[] {
    return [...this.#byArn.values()];
  }

  /** The ARN of a declared state machine by its name; an ARN is returned as it is. */
  toArn(nameOrArn: string): string {
    if (nameOrArn.startsWith('arn:')) return nameOrArn;
    return toWorkloadArn('states', this.#location, `stateMachine:${nameOrArn}`);
  }

  /**
   * Finds what an ARN names, qualified by a version or alias or not.
   *
   * @throws {ServiceRefusal} `InvalidArn`, `StateMachineDoesNotExist`, or `ValidationException` for
   * the ARN of a Distributed Map state
   */
  resolve(arn: string): ResolvedStateMachine {
    const [name = '', qualifier] = readStatesArn(arn, 'stateMachine').split(':');
    if (name.includes('/')) {
      const message = `${arn}: found a Distributed Map state, allowed: a state machine, a version or an alias`;
      throw new ServiceRefusal('ValidationException', message);
    }
    const unqualified = qualifier === undefined ? arn : arn.slice(0, -qualifier.length - 1);
    const machine = this.#byArn.get(unqualified);
    if (machine === undefined) throw unknownStateMachine(arn);
    if (qualifier === undefined) {
      return { machine, revision: machine.latest, versionArn: undefined, aliasArn: undefined };
    }
    const version = machine.aliases.get(qualifier);
    const revision = machine.versions.get(version ?? Number(qualifier));
    if (revision === undefined) throw unknownStateMachine(arn);
    if (version === undefined) return { machine, revision, versionArn: arn, aliasArn: undefined };
    return { machine, revision, versionArn: `${unqualified}:${version}`, aliasArn: arn };
  }

  #toRevision(
    { definition, encryption, runs }: StateMachineDeclaration,
    before: DeclaredStateMachine | undefined,
  ): StateMachineRevision {
    return {
      revisionId: before === undefined ? undefined : randomUUID(),
      updatedAt: this.#clock.now(),
      definition: definition ?? before?.latest.definition ?? defaultDefinition,
      encryption: encryption ?? before?.latest.encryption,
      runs: runs ?? before?.latest.runs,
    };
  }
}

function unknownStateMachine(arn: string): ServiceRefusal {
  return new ServiceRefusal('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
}

/**
 * Refuses data that is encrypted with a key that the caller may not use.
 *
 * @throws {ServiceRefusal} `KmsAccessDeniedException`
 */
export function requireStateMachineKey({ encryption }: StateMachineRevision, what: string): void {
  if (encryption === undefined || encryption.callerMayUseKey) return;
  throw new ServiceRefusal(
    'KmsAccessDeniedException',
    `${what}: the caller may not use the KMS key of the state machine`,
  );
}
