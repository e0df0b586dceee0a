import { didYouMean } from '../../autosys/suggest.ts';
import { batchJobStatuses, executionStatuses } from '../../lambda/contract.ts';
import type { LaunchTarget } from '../../lambda/routing/targets.ts';
import type { Faults, Path } from '../faults.ts';
import { isMapping } from '../located.ts';

/** Statuses that end a run that did not succeed. */
const failures: Readonly<Record<LaunchTarget['kind'], readonly string[]>> = {
  execution: ['FAILED', 'TIMED_OUT', 'ABORTED'],
  batchJob: ['FAILED'],
};

const statuses: readonly string[] = [...executionStatuses, ...batchJobStatuses];

/**
 * Error names that Step Functions itself gives (developer guide, error names; Amazon States
 * Language, appendix A). `States.ALL` is missing, because no execution ends with it.
 */
const ownErrors = [
  'BranchFailed',
  'DataLimitExceeded',
  'ExceedToleratedFailureThreshold',
  'HeartbeatTimeout',
  'Http.Socket',
  'IntrinsicFailure',
  'ItemReaderFailed',
  'NoChoiceMatched',
  'ParameterPathFailure',
  'Permissions',
  'QueryEvaluationError',
  'ResultPathMatchFailure',
  'ResultWriterFailed',
  'Runtime',
  'TaskFailed',
  'Timeout',
].map((name) => `States.${name}`);

/** The error of an execution has at most 256 characters (Step Functions API reference). */
const errorPattern = /^[^\s\p{Cc}]{1,256}$/u;

/** Checks the keys of the exit codes of a target, and warns about a code of 0. */
export function checkExitCodes(
  raw: unknown,
  { kind, path }: { readonly kind: LaunchTarget['kind']; readonly path: Path },
  { faults, warnings }: { readonly faults: Faults; readonly warnings: Faults },
): void {
  if (!isMapping(raw)) return;
  for (const [key, code] of Object.entries(raw)) {
    const at = [...path, key];
    if (!failures[kind].includes(key)) {
      const fault = findKeyFault(key, kind);
      const doubt = fault === undefined ? findDoubt(key) : undefined;
      if (fault !== undefined) faults.atKey(at, fault);
      if (doubt !== undefined) warnings.atKey(at, doubt);
    }
    if (code === 0) {
      warnings.at(at, `exitCodes: a run that ends ${key} counts as a success in AutoSys`);
    }
  }
}

function findKeyFault(key: string, kind: LaunchTarget['kind']): string | undefined {
  const allowed = failures[kind].join(', ');
  const found = `exitCodes: found ${JSON.stringify(key)}, allowed: ${allowed}`;
  if (kind === 'batchJob') {
    return `${found}; a Batch job has no other end and no error name${didYouMean(key, failures[kind])}`;
  }
  if (statuses.includes(key)) return `${found}, or the name of an error such as States.Timeout`;
  return errorPattern.test(key)
    ? undefined
    : `${found}, or the name of an error: 1 to 256 characters without blanks`;
}

/** For an error name that is probably a mistake. */
function findDoubt(key: string): string | undefined {
  const status = key.toUpperCase().replace(/[ -]/g, '_');
  const hint = failures.execution.includes(status)
    ? `; did you mean ${status}?`
    : didYouMean(key, failures.execution);
  if (hint !== '')
    return `exitCodes: ${key} is no status, so it counts as the name of an error${hint}`;
  if (!key.startsWith('States.') || ownErrors.includes(key)) return undefined;
  return `exitCodes: no execution ends with the error ${key}${didYouMean(key, ownErrors)}; known errors of Step Functions: ${ownErrors.join(', ')}`;
}
