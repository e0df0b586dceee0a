/** An execution, as its ARN names it. */
export interface NamedExecution {
  readonly account: string;
  readonly region: string;
  /** ARN of its state machine, without version or alias. */
  readonly stateMachine: string;
  /** An Express execution cannot wait for a task token (Step Functions developer guide). */
  readonly isExpress: boolean;
}

/**
 * `arn:aws:states:REGION:ACCOUNT:execution:MACHINE:NAME`; of an Express execution
 * `…:express:MACHINE:NAME:ID`; of a Distributed Map child `…:execution:MACHINE/LABEL:NAME`.
 */
const pattern =
  /^arn:(aws[a-z-]*):states:([a-z0-9-]{5,32}):(\d{12}):(execution|express):([^:/\s]{1,80})(?:\/[^:\s]{1,80})?:[^\s]{1,200}$/;

/** Reads the ARN of an execution. Pure. @returns `undefined` if it is none */
export function readExecutionArn(arn: string): NamedExecution | undefined {
  const match = pattern.exec(arn);
  if (match === null) return undefined;
  const [, partition, region = '', account = '', kind, machine] = match;
  return {
    account,
    region,
    stateMachine: `arn:${partition}:states:${region}:${account}:stateMachine:${machine}`,
    isExpress: kind === 'express',
  };
}
