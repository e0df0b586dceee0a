/**
 * The JSON object of a secret, or what was found instead, as a phrase after `found`. Never quotes
 * the text.
 */
export type SecretJson =
  | { readonly values: Readonly<Record<string, unknown>> }
  | { readonly found: string };

/** Parses the text of a secret that should be a JSON object. */
export function readSecretJson(text: string): SecretJson {
  if (text.trim() === '') return { found: 'an empty text' };
  // Some editors write this invisible character at the start of a file.
  if (text.startsWith('\uFEFF')) {
    return { found: 'a text that begins with a byte order mark (U+FEFF)' };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The error of the parser would quote the text.
    return { found: 'a text that is not JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { found: 'JSON that is not an object' };
  }
  return { values: Object.fromEntries(Object.entries(value)) };
}

/**
 * Returns the first character of a login that cannot be typed: a control character or a byte order
 * mark. Never quotes the text.
 *
 * Usually it is the line feed at the end of the file that the secret was created from. AutoSys
 * would refuse the login and finally lock the account.
 */
export function findUntypable(text: string): string | undefined {
  const [character] = /[\p{Cc}\uFEFF]/u.exec(text) ?? [];
  if (character === undefined) return undefined;
  const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  const what = character === '\uFEFF' ? 'a byte order mark' : 'a control character';
  return `${what} (U+${code})${text.endsWith(character) ? ' at its end' : ''}`;
}

/** Reads the non-empty text of a key, or returns what was found instead. */
export function readSecretText(
  values: Readonly<Record<string, unknown>>,
  key: string,
): { readonly text: string } | { readonly found: string } {
  if (!Object.hasOwn(values, key)) return { found: `no ${key}` };
  const text = values[key];
  if (typeof text !== 'string') return { found: `a ${key} that is not a text` };
  return text === '' ? { found: `an empty ${key}` } : { text };
}
