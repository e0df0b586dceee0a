import type { AutosysEvent } from '../../autosys/event.ts';

/**
 * Canonical text of an AutoSys event. Two events have the same signature only if their effect in
 * AutoSys is the same.
 *
 * It lists every field by name, sorted. A value that is not a single word is quoted as JSON. The
 * comment is left out because it only names the EventBridge event. It is part of the signature of
 * COMMENT, whose effect it is.
 *
 * Keys of one-shots contain the signature for 90 days. If its format changes, each of these
 * one-shots may be sent once more.
 */
export function toEventSignature({ kind, comment, ...fields }: AutosysEvent): string {
  const relevant = kind === 'COMMENT' ? { ...fields, comment } : fields;
  const words = Object.entries(relevant)
    .filter(([, value]) => value !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${toWord(String(value))}`);
  return [kind, ...words].join(' ');
}

function toWord(value: string): string {
  return /^[\w.#,-]+$/.test(value) ? value : JSON.stringify(value);
}
