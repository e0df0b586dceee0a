/** A mapping that a secret holds, or what it holds instead; in words that fit behind `found`, never a part of the text. */
export type SecretJson =
  | { readonly values: Readonly<Record<string, unknown>> }
  | { readonly found: string };

/** Reads the text of a secret that should be a JSON object. */
export function readSecretJson(text: string): SecretJson {
  if (text.trim() === '') return { found: 'an empty text' };
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

/** The text under a key, with something in it, or what is there instead. */
export function readText(
  values: Readonly<Record<string, unknown>>,
  key: string,
): { readonly text: string } | { readonly found: string } {
  if (!Object.hasOwn(values, key)) return { found: `no ${key}` };
  const text = values[key];
  if (typeof text !== 'string') return { found: `a ${key} that is no text` };
  return text === '' ? { found: `an empty ${key}` } : { text };
}
