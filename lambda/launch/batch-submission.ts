import type { BatchSubmission } from '../aws/start-result.ts';
import { launchTag } from '../contract.ts';
import type { BatchJobTarget } from '../routing/targets.ts';
import type { InputFault } from './api-error.ts';
import { fillText, type LaunchValues, maxInputBytes } from './launch-input.ts';
import type { LaunchIdentity } from './run-name.ts';

/** Children of an array job (API reference). */
const arrayLimits = { min: 2, max: 10_000 } as const;

/** Id of a Batch job, of an array child or of a node. */
const jobIdPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:[:#]\d{1,5})?$/;

/** Values of tags (tag rules of AWS): 256 letters, digits, blanks and some signs; `#` is none. */
const tagValuePattern = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u;

interface SubmittedStart {
  readonly identity: LaunchIdentity;
  readonly values: LaunchValues;
  /** JSON text: the parameters of the job, an object of texts. */
  readonly input: string;
}

/**
 * The request for a Batch job, with its faults. The faults name the field of the target, and never a
 * value. Pure.
 *
 * The route file was checked, with at most 20 dependencies, so only filled templates and their size
 * can have faults.
 */
export function readSubmission(
  target: BatchJobTarget,
  { identity, values, input }: SubmittedStart,
): { readonly submission: BatchSubmission; readonly faults: readonly InputFault[] } {
  const { jobQueue, jobDefinition, overrides } = target;
  const { command, environment, vcpus, memory, attempts, timeoutSeconds } = overrides;
  const fill = (text: string) => fillText(text, values);
  const arraySize = readArraySize(target.arraySize, fill);
  const submission: BatchSubmission = {
    ...{ jobName: values.name, jobQueue, jobDefinition },
    // The input of a Batch target is an object of texts (route file, `findInputFaults`).
    parameters: JSON.parse(input) as Readonly<Record<string, string>>,
    ...(arraySize !== undefined && { arraySize }),
    dependsOn: target.dependsOn.map(fill),
    ...(command && { command: command.map(fill) }),
    ...(environment && {
      environment: Object.fromEntries(
        Object.entries(environment).map(([name, text]) => [name, fill(text)]),
      ),
    }),
    ...(vcpus !== undefined && { vcpus }),
    ...(memory !== undefined && { memory }),
    ...(attempts !== undefined && { attempts }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    tags: toTags(identity),
  };
  return { submission, faults: findFaults(submission) };
}

/** The number of children. `NaN` for a filled template that is no number. */
function readArraySize(
  given: BatchJobTarget['arraySize'],
  fill: (text: string) => string,
): number | undefined {
  if (typeof given !== 'string') return given;
  const text = fill(given);
  return /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
}

function findFaults(submission: BatchSubmission): readonly InputFault[] {
  const { arraySize, dependsOn, command = [] } = submission;
  const { min, max } = arrayLimits;
  const faults: InputFault[] = [];
  if (arraySize !== undefined && !(arraySize >= min && arraySize <= max)) {
    const message = `the filled template is no number of children; allowed: ${min} to ${max}`;
    faults.push({ path: 'array', message });
  }
  for (const [at, id] of dependsOn.entries()) {
    if (jobIdPattern.test(id)) continue;
    const message = 'the filled template is no id of a Batch job; allowed: the id, a UUID';
    faults.push({ path: `dependsOn[${at}]`, message });
  }
  for (const [at, word] of command.entries()) {
    if (word !== '') continue;
    const message = 'the filled template is empty; allowed: 1 character or more';
    faults.push({ path: `overrides.command[${at}]`, message });
  }
  const bytes = Buffer.byteLength(JSON.stringify(toPayload(submission)));
  if (bytes > maxInputBytes.batchJob) {
    const message = `found ${bytes} bytes with overrides and tags, allowed: at most ${maxInputBytes.batchJob}`;
    faults.push({ path: 'input', message });
  }
  return faults;
}

/** The members as SubmitJob has them, whose size counts: variables are longer there. */
function toPayload({ environment = {}, dependsOn, ...rest }: BatchSubmission): object {
  const variables = Object.entries(environment).map(([name, value]) => ({ name, value }));
  return { ...rest, variables, dependsOn: dependsOn.map((jobId) => ({ jobId })), ...framing };
}

/** The names of the members that surround the values. */
const framing = {
  arrayProperties: { size: 10_000 },
  containerOverrides: { resourceRequirements: [{ type: 'VCPU' }, { type: 'MEMORY' }] },
  retryStrategy: { attempts: 10 },
  timeout: { attemptDurationSeconds: 7_000_000 },
  propagateTags: true,
};

/** Tags for people. A value that the tag rules do not allow is left out. */
function toTags(identity: LaunchIdentity): Readonly<Record<string, string>> {
  const facts =
    identity.kind === 'key'
      ? { 'autosys-bridge-key': identity.key }
      : {
          'autosys-bridge-job': identity.job,
          'autosys-bridge-run': `${identity.run}/${identity.try}`,
          'autosys-bridge-instance': identity.instance,
        };
  const allowed = Object.entries(facts).filter(([, value]) => tagValuePattern.test(value));
  return { [launchTag.key]: launchTag.value, ...Object.fromEntries(allowed) };
}
