/**
 * Headers of a function's answer that API Gateway removes or renames (developer guide, "Important
 * notes", column Lambda of the table of headers).
 */
const dropped = [
  'expect',
  'host',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
];
const remapped = [
  'authorization',
  'connection',
  'content-md5',
  'date',
  'max-forwards',
  'server',
  'user-agent',
  'www-authenticate',
];

/**
 * The name under which the client gets a header of the function; `undefined` for a header that it
 * does not get. The length is that of the body.
 */
export function remapAnswerHeader(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (dropped.includes(lower) || lower === 'content-length') return undefined;
  return remapped.includes(lower) ? `x-amzn-Remapped-${name}` : name;
}
