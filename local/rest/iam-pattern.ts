/** Whether a text matches a pattern of IAM: `*` is any text, `?` any character. */
export function matchesIamPattern(text: string, pattern: string): boolean {
  const source = pattern
    .replace(/[\\^$+.()|[\]{}/-]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
