import type { StartRequest } from '../../lambda/launch/api.ts';

/** What a run is started for: a run of an AutoSys job, or a key outside AutoSys. */
export type RunIdentity = Pick<StartRequest, 'job' | 'instance' | 'run' | 'try' | 'key'>;

/** An identity, or every fault of the environment and the option. */
export type IdentityReading =
  | { readonly kind: 'identity'; readonly identity: RunIdentity }
  | { readonly kind: 'faults'; readonly faults: readonly string[] };

const keyAdvice = 'for a run outside AutoSys, use --key KEY';

/**
 * Reads the identity of a run from the environment of a job, or from `--key`.
 *
 * `AUTORUN` is `run_num/ntry`, such as `1620/1` (Broadcom KB 186469, documented). A restart of the
 * job keeps the run number and counts the try, so each restart is another identity.
 */
export function readIdentity(
  env: Readonly<Record<string, string | undefined>>,
  key: string | undefined,
): IdentityReading {
  if (key !== undefined) return readKey(key);
  const job = env['AUTO_JOB_NAME'] ?? '';
  const [, run, attempt] = /^([1-9]\d{0,9})\/([1-9]\d{0,4})$/.exec(env['AUTORUN'] ?? '') ?? [];
  const faults = [
    ...(job === '' ? [`AUTO_JOB_NAME: missing; AutoSys sets it for each job; ${keyAdvice}`] : []),
    ...(run === undefined ? [describeAutorun(env['AUTORUN'])] : []),
  ];
  if (faults.length > 0 || run === undefined) return { kind: 'faults', faults };
  const instance = env['AUTOSERV'];
  return {
    kind: 'identity',
    identity: { job, run: Number(run), try: Number(attempt), ...(instance && { instance }) },
  };
}

function describeAutorun(found: string | undefined): string {
  const text = found ? JSON.stringify(found.slice(0, 40)) : 'nothing';
  return `AUTORUN: expected RUN/TRY, such as 1620/1, both from 1, found ${text}; AutoSys sets it for each job; ${keyAdvice}`;
}

const maxKeyLength = 128;

function readKey(key: string): IdentityReading {
  if (key !== '' && key.length <= maxKeyLength && !/[\p{Cc}\p{Cf}\p{Z}]/u.test(key)) {
    return { kind: 'identity', identity: { key } };
  }
  const found = JSON.stringify(key.slice(0, 40));
  const fault = `--key: expected 1 to ${maxKeyLength} characters without spaces, found ${found}`;
  return { kind: 'faults', faults: [fault] };
}
