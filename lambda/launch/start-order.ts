import type { BatchSubmission } from '../aws/start-result.ts';
import type { ExecutionTarget, LaunchTarget } from '../routing/targets.ts';
import { toInvalidInput } from './api-error.ts';
import { readSubmission } from './batch-submission.ts';
import type { LaunchedBatchJob } from './launch.ts';
import { maxInputBytes, toLaunchValues, toRunInput } from './launch-input.ts';
import type { LaunchIdentity } from './run-name.ts';

/** What AWS is asked for: the target with its filled templates. */
export type StartOrder =
  | {
      readonly kind: 'execution';
      readonly target: ExecutionTarget;
      readonly name: string;
      /** JSON text. */
      readonly input: string;
    }
  | { readonly kind: 'batchJob'; readonly submission: BatchSubmission };

/** A start, before its templates are filled. */
interface OrderedStart {
  readonly identity: LaunchIdentity;
  /** Name of the run. */
  readonly name: string;
  readonly params?: Readonly<Record<string, string>> | undefined;
  /** The caller's value, for a target with `input: given`. */
  readonly input?: unknown;
  /** JSON text for an execution that repeats an earlier one. @default - the input of the target */
  readonly repeated?: string | undefined;
}

/**
 * Fills the templates of a target, and checks the result against the limits of AWS. Pure.
 *
 * @throws {ApiError} 400 with all faults; values are not quoted
 */
export function toStartOrder(
  target: LaunchTarget,
  { identity, name, params = {}, input: given, repeated }: OrderedStart,
): StartOrder {
  if (target.kind === 'execution' && repeated !== undefined) {
    return { kind: 'execution', target, name, input: repeated };
  }
  const values = toLaunchValues(identity, name, params);
  const input = toRunInput(target, values, given);
  if (target.kind === 'batchJob') {
    const { submission, faults } = readSubmission(target, { identity, values, input });
    if (faults.length > 0) throw toInvalidInput(faults);
    return { kind: 'batchJob', submission };
  }
  const bytes = Buffer.byteLength(input);
  if (bytes > maxInputBytes.execution) {
    const message = `found ${bytes} bytes, allowed: at most ${maxInputBytes.execution}`;
    throw toInvalidInput([{ path: 'input', message }]);
  }
  return { kind: 'execution', target, name, input };
}

/** What the launch row keeps of an order for a Batch job. */
export function toLaunchedBatchJob(order: StartOrder): LaunchedBatchJob | undefined {
  if (order.kind === 'execution') return undefined;
  const { jobQueue, arraySize } = order.submission;
  return { jobQueue, ...(arraySize !== undefined && { arraySize }) };
}
