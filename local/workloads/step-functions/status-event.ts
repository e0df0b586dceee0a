import type { StatusChange } from '../event-emission.ts';
import { type ExecutionRecord, toExecutionDetail } from './execution.ts';

/** Input and output of an event together, in bytes of their escaped text. */
const dataLimit = 248 * 1024;

/**
 * The event of a status change (developer guide, EventBridge integration; key set of a recording
 * of February 2024). The input is left out when escaped input and output exceed 248 KiB, the output
 * when it alone does.
 */
export function toExecutionStatusChange(
  record: ExecutionRecord,
  moment: Parameters<typeof toExecutionDetail>[1],
): StatusChange {
  const output = escapedSize(record.output);
  const left = {
    ...(output + escapedSize(record.input) > dataLimit && leaveOut('input')),
    ...(output > dataLimit && leaveOut('output')),
  };
  return {
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    resources: [record.executionArn],
    detail: { ...toExecutionDetail(record, moment), ...left },
  };
}

function escapedSize(text: string | undefined): number {
  return text === undefined ? 0 : Buffer.byteLength(JSON.stringify(text));
}

function leaveOut(name: 'input' | 'output') {
  return { [name]: null, [`${name}Details`]: { included: false } };
}
