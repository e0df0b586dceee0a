import type { AutosysEvent } from '../../autosys/event.ts';

/**
 * All that an event says, in one form: two events that would do the same to AutoSys read the same, and no others do.
 *
 * Every field by its name, in the order of the names; a value that is more than a word is quoted as JSON. The comment is
 * left out, as it names the announcement and does nothing, but for COMMENT, where it is the deed.
 *
 * One-offs are known by it for ninety days: whoever changes the form lets each of them happen once more.
 */
export function toEventSignature({ kind, comment, ...fields }: AutosysEvent): string {
  const said = kind === 'COMMENT' ? { ...fields, comment } : fields;
  const words = Object.entries(said)
    .filter(([, value]) => value !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${toWord(String(value))}`);
  return [kind, ...words].join(' ');
}

function toWord(value: string): string {
  return /^[\w.#,-]+$/.test(value) ? value : JSON.stringify(value);
}
