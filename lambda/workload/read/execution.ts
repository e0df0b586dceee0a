import * as z from 'zod/mini';
import { InvalidEventError } from '../../errors.ts';
import type { ExecutionData, ExecutionEvent } from '../workload.ts';
import { reduceCause } from './cause.ts';
import {
  type EventEnvelope,
  executionStatus,
  optionalInstant,
  optionalText,
  parseShape,
} from './envelope.ts';
import { parseInstant } from './instant.ts';

/**
 * All fields but three are missing or null in some recordings of real events (AWS, 2022 to 2024).
 */
const detail = z.object({
  executionArn: z.string(),
  stateMachineArn: z.string(),
  status: executionStatus,
  name: optionalText,
  startDate: optionalInstant,
  stopDate: optionalInstant,
  stateMachineVersionArn: optionalText,
  stateMachineAliasArn: optionalText,
  input: optionalText,
  inputDetails: z.nullish(z.looseObject({ included: z.nullish(z.boolean()) })),
  output: optionalText,
  outputDetails: z.nullish(z.looseObject({ included: z.nullish(z.boolean()) })),
  error: optionalText,
  cause: optionalText,
  redriveCount: z.nullish(z.number()),
  redriveDate: optionalInstant,
});

/**
 * Reads `Step Functions Execution Status Change`.
 *
 * @throws {InvalidEventError} with the path of the first field that is not as AWS documents it
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export function parseExecutionEvent(envelope: EventEnvelope): ExecutionEvent {
  const given = parseShape(detail, envelope.detail, 'detail');
  const machine = parseStateMachineArn(given.stateMachineArn);
  const execution = parseExecutionArn(given.executionArn);
  const now = envelope.readAt;
  const startedAt = parseInstant(given.startDate, { path: 'detail.startDate', now });
  const stoppedAt = parseInstant(given.stopDate, { path: 'detail.stopDate', now });
  const redrivenAt = parseInstant(given.redriveDate, { path: 'detail.redriveDate', now });
  const label = machine.label ?? execution.label;
  const error = reduceCause(given.error);
  const cause = reduceCause(given.cause);
  return {
    kind: 'execution',
    eventId: envelope.eventId,
    account: envelope.account,
    region: envelope.region,
    emittedAt: envelope.emittedAt,
    ...(envelope.replayName !== undefined && { replayName: envelope.replayName }),
    ...(envelope.recovered && { recovered: envelope.recovered }),
    // A redriven execution keeps its startDate. It began to run again at the redrive.
    changedAt:
      stoppedAt ??
      (given.status === 'RUNNING' ? (redrivenAt ?? startedAt) : undefined) ??
      envelope.emittedAt,
    beganAt: startedAt ?? envelope.emittedAt,
    ...(startedAt && { startedAt }),
    ...(stoppedAt && { stoppedAt }),
    status: given.status,
    executionArn: given.executionArn,
    executionName: given.name ?? execution.name,
    stateMachineArn: machine.arn,
    stateMachineName: machine.name,
    qualifiedArns: [
      ...(machine.qualified ? [given.stateMachineArn] : []),
      ...(given.stateMachineVersionArn ? [given.stateMachineVersionArn] : []),
      ...(given.stateMachineAliasArn ? [given.stateMachineAliasArn] : []),
    ],
    ...(label !== undefined && { mapLabel: label }),
    redriveCount: given.redriveCount ?? 0,
    ...(redrivenAt && { redrivenAt }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    input: readData(given.input, given.inputDetails?.included),
    output: readData(given.output, given.outputDetails?.included),
  };
}

/** `arn:P:states:R:A:stateMachine:NAME[/LABEL][:QUALIFIER]`, in any partition. */
function parseStateMachineArn(arn: string) {
  const match =
    /^(?<arn>arn:[^:]+:states:[^:]*:[^:]*:stateMachine:(?<name>[^:/]+))(?:\/(?<label>[^:]+))?(?<qualifier>:[^:]+)?$/.exec(
      arn,
    );
  const { arn: unqualified, name, label, qualifier } = match?.groups ?? {};
  if (unqualified === undefined || name === undefined) {
    throw new InvalidEventError({
      path: 'detail.stateMachineArn',
      expected: 'arn:PARTITION:states:REGION:ACCOUNT:stateMachine:NAME',
      found: 'another text',
    });
  }
  return { arn: unqualified, name, label, qualified: qualifier !== undefined };
}

/** `arn:P:states:R:A:execution:NAME[/LABEL]:EXECUTION`. */
function parseExecutionArn(arn: string) {
  const match =
    /^arn:[^:]+:states:[^:]*:[^:]*:execution:[^:/]+(?:\/(?<label>[^:]+))?(?::[^:]+)?:(?<name>[^:]+)$/.exec(
      arn,
    );
  const { name, label } = match?.groups ?? {};
  if (name === undefined) {
    throw new InvalidEventError({
      path: 'detail.executionArn',
      expected: 'arn:PARTITION:states:REGION:ACCOUNT:execution:STATE_MACHINE:NAME',
      found: 'another text',
    });
  }
  return { name, label };
}

function readData(
  text: string | null | undefined,
  included: boolean | null | undefined,
): ExecutionData {
  if (text === null || text === undefined) {
    return included === false ? { kind: 'leftOut' } : { kind: 'none' };
  }
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch {
    // Not an error of the event: AWS promises JSON, but a truncated text still means a finished
    // execution.
    return { kind: 'unreadable' };
  }
}
