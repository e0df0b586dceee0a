import { createHash } from 'node:crypto';

/**
 * What a run in AWS was started for: one try of one run of an AutoSys job, or a key that a person
 * chose for a run outside AutoSys.
 */
export type LaunchIdentity = JobTry | { readonly kind: 'key'; readonly key: string };

/** One try of one run of an AutoSys job. Documented: Broadcom KB 186469 (`AUTORUN`). */
export interface JobTry {
  readonly kind: 'jobTry';
  /** Three upper-case letters or digits (`AUTOSERV`). */
  readonly instance: string;
  readonly job: string;
  /** `run_num`. All jobs of a top-level box share it. */
  readonly run: number;
  /** `ntry`, from 1. A restart counts it. */
  readonly try: number;
}

/** A start: its identity, and how often that identity was started before on request. */
export interface NamedStart {
  readonly identity: LaunchIdentity;
  /** 1 for the first start, 2 for the first one with `again`. */
  readonly start: number;
}

/**
 * What a run name says. The name of a shortened identity has only the beginning of the job or key:
 * the ledger resolves it.
 */
export type DecodedName =
  | ({ readonly kind: 'whole' } & NamedStart)
  | { readonly kind: 'shortened' }
  | { readonly kind: 'foreign' };

/** Maximum characters of a name: StartExecution and SubmitJob (API models). */
export const nameLimits = { execution: 80, batchJob: 128 } as const;

/** Maximum starts of one identity. More is a fault of the caller. */
export const maxStarts = 100;

/** Characters of a digest: 60 bits, in base 32. */
const digestLength = 12;

/**
 * The name of a run in AWS, such as `PAY_EOD-r1620t1-ACE`.
 *
 * Allowed characters are those of execution and Batch job names: `0-9 A-Z a-z _ -`, first a letter
 * or digit. Two identities have different names even if case is ignored, as ListJobs does:
 *
 * - another character of the job is `-xHH`, its code in hexadecimal; so is the hyphen of a literal
 *   `-x` and a first character that is no letter or digit, after the prefix `j-`
 * - `-l` at the end: all letters of the job are lower case. `-c` and a number: bit n of it, from the
 *   right, is 1 if letter n of the job is lower case
 * - `-a2` before that: the second start of the identity
 * - a name that is too long keeps the beginning of the job, and ends in `-d` and a digest
 *
 * @param max maximum characters, {@link nameLimits}
 */
export function toRunName({ identity, start }: NamedStart, max: number): string {
  const subject = identity.kind === 'jobTry' ? identity.job : identity.key;
  const text = escapeSubject(subject);
  const suffix = `${toPlace(identity)}${start > 1 ? `-a${start}` : ''}${toCaseMark(subject)}`;
  const whole = `${text}${suffix}`;
  if (whole.length <= max) return whole;
  const end = `${toPlace(identity)}-d${toNameDigest(whole)}`;
  return `${text.slice(0, max - end.length)}${end}`;
}

/** What a name of {@link toRunName} says. `foreign`: the bridge did not make this name. */
export function decodeRunName(name: string): DecodedName {
  if (/-(?:r\d+t\d+-[0-9A-Z]{3}|outside)-d[0-9a-z]{12}$/.test(name)) return { kind: 'shortened' };
  const groups =
    /^(?<text>.+)-(?:r(?<run>[1-9]\d*)t(?<try>[1-9]\d*)-(?<instance>[0-9A-Z]{3})|outside)(?:-a(?<start>[1-9]\d*))?(?<mark>-l|-c[0-9a-z]+)?$/.exec(
      name,
    )?.groups;
  if (groups === undefined) return { kind: 'foreign' };
  const subject = unescapeSubject(groups['text'] ?? '');
  const { instance } = groups;
  const identity: LaunchIdentity =
    instance === undefined
      ? { kind: 'key', key: subject }
      : {
          kind: 'jobTry',
          instance,
          job: subject,
          run: Number(groups['run']),
          try: Number(groups['try']),
        };
  const named = { identity, start: Number(groups['start'] ?? 1) };
  // Only the name that this identity has is taken apart.
  return toRunName(named, Number.POSITIVE_INFINITY) === name
    ? { kind: 'whole', ...named }
    : { kind: 'foreign' };
}

/** An identity for people: `PAY_EOD run 1620 try 1 (ACE)`. */
export function describeIdentity(identity: LaunchIdentity): string {
  if (identity.kind === 'key') return `key ${identity.key}`;
  const { instance, job, run, try: number } = identity;
  return `${job} run ${run} try ${number} (${instance})`;
}

function toPlace(identity: LaunchIdentity): string {
  if (identity.kind === 'key') return '-outside';
  return `-r${identity.run}t${identity.try}-${identity.instance}`;
}

function escapeSubject(subject: string): string {
  const text = subject.replace(/-(?=[xX])|[^0-9A-Za-z_-]/g, toEscape);
  if (!/^[0-9A-Za-z]/.test(text) || /^j-/i.test(text)) return `j-${text}`;
  return text;
}

function toEscape(character: string): string {
  return `-x${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function unescapeSubject(text: string): string {
  return text
    .replace(/^j-/, '')
    .replace(/-x([0-9A-F]{2})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
}

/** Nothing if all letters are upper case, `-l` if all are lower case, else `-c` and their bits. */
function toCaseMark(subject: string): string {
  const letters = subject.replace(/[^A-Za-z]/g, '');
  if (!/[a-z]/.test(letters)) return '';
  if (!/[A-Z]/.test(letters)) return '-l';
  const bits = [...letters].map((letter) => (letter >= 'a' ? '1' : '0')).join('');
  return `-c${BigInt(`0b${bits}`).toString(36)}`;
}

function toNameDigest(text: string): string {
  const bits = createHash('sha256').update(text).digest().readBigUInt64BE() >> 4n;
  return bits.toString(32).padStart(digestLength, '0');
}
