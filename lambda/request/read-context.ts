import { readExecutionArn } from './execution-arn.ts';
import { type AskContext, payloadLimits } from './payload.ts';
import { isObject, type PayloadFaults } from './payload-faults.ts';

const allowedFields = ['execution', 'redrive', 'state', 'entered', 'retry', 'item'];

/** Reads the context of a payload. Pure. @returns `undefined` if it is absent or has a fault */
export function readAskContext(context: unknown, faults: PayloadFaults): AskContext | undefined {
  if (context === undefined) return undefined;
  if (!isObject(context)) {
    return faults.add('context', `expected an object of ${allowedFields.join(', ')}`);
  }
  const before = faults.length;
  for (const name of Object.keys(context)) {
    if (allowedFields.includes(name)) continue;
    const allowed = allowedFields.join(', ');
    faults.add(`context.${name.slice(0, 40)}`, `unknown field; allowed: ${allowed}`);
  }
  const { execution, state, entered, redrive = 0, retry = 0, item } = context;
  if (typeof execution !== 'string' || readExecutionArn(execution) === undefined) {
    faults.add('context.execution', 'expected the ARN of an execution ($$.Execution.Id)');
  }
  if (typeof state !== 'string' || state === '' || state.length > payloadLimits.state) {
    const max = payloadLimits.state;
    faults.add('context.state', `expected 1 to ${max} characters ($$.State.Name)`);
  }
  if (typeof entered !== 'string' || !isInstant(entered)) {
    faults.add('context.entered', 'expected an ISO 8601 time ($$.State.EnteredTime)');
  }
  for (const [name, value] of Object.entries({ redrive, retry, item: item ?? 0 })) {
    if (!isCount(value)) faults.add(`context.${name}`, 'expected a whole number, 0 or more');
  }
  if (faults.length > before) return undefined;
  return {
    execution: String(execution),
    redrive: Number(redrive),
    state: String(state),
    entered: String(entered),
    retry: Number(retry),
    ...(item !== undefined && { item: Number(item) }),
  };
}

function isInstant(text: string): boolean {
  const shape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
  return shape.test(text) && !Number.isNaN(Date.parse(text));
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
