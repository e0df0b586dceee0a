/** A mapping that a secret holds, or what it holds instead; in words that fit behind `found`, never a part of the text. */
export type SecretJson =
  | { readonly values: Readonly<Record<string, unknown>> }
  | { readonly found: string };

/** Reads the text of a secret that should be a JSON object. */
export function readSecretJson(text: string): SecretJson {
  if (text.trim() === '') return { found: 'an empty text' };
  // Some editors write it in front of the text, where it is not visible.
  if (text.startsWith('\uFEFF')) {
    return { found: 'a text that begins with a byte order mark (U+FEFF)' };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Where the parser stumbled it quotes the text.
    return { found: 'a text that is not JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { found: 'JSON that is no object' };
  }
  return { values: Object.fromEntries(Object.entries(value)) };
}

/**
 * What in a login AutoSys cannot have set, as it cannot be typed: a control character or a byte order mark; never the text.
 *
 * Mostly it is the line feed of a file that the secret was made from. AutoSys would refuse the login, and in the end lock it.
 */
export function findUntypable(text: string): string | undefined {
  const [character] = /[\p{Cc}\uFEFF]/u.exec(text) ?? [];
  if (character === undefined) return undefined;
  const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  const what = character === '\uFEFF' ? 'a byte order mark' : 'a control character';
  return `${what} (U+${code})${text.endsWith(character) ? ' at its end' : ''}`;
}

/** The text under a key, with something in it, or what is there instead. */
export function readSecretText(
  values: Readonly<Record<string, unknown>>,
  key: string,
): { readonly text: string } | { readonly found: string } {
  if (!Object.hasOwn(values, key)) return { found: `no ${key}` };
  const text = values[key];
  if (typeof text !== 'string') return { found: `a ${key} that is no text` };
  return text === '' ? { found: `an empty ${key}` } : { text };
}
