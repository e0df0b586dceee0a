import { toDigest } from './digest.ts';
import { toAttemptKey, toRunId, type Version, type VersionStatus } from './version.ts';

/** Part of a key that names one status of one run: the run, the attempt and the status. */
export function toVersionKey(version: Version<VersionStatus>): string {
  return `${toRunKeyPart(version)} ${toAttemptKey(version)} ${version.status}`;
}

/** Part of a key that identifies a run. */
export function toRunKeyPart(version: Pick<Version, 'run' | 'beganMs'>): string {
  const { run } = version;
  return `${toKeyPart(run)}${toRunId(version).slice(run.length)}`;
}

/**
 * Longest text in bytes that becomes part of a key unchanged. DynamoDB allows 2,048 bytes for a
 * key. A key has at most three parts that come from outside the bridge.
 */
const longestPart = 400;

/** Part of a key for any text: the text itself, or the start of a long text and its digest. */
export function toKeyPart(text: string): string {
  if (Buffer.byteLength(text) <= longestPart) return text;
  return `${text.slice(0, 80).toWellFormed()}… sha256=${toDigest(text)}`;
}
