/** Whether autorep reads the text as a pattern: it contains `%`, `*` or `?`, or it is `ALL`. */
export function isWildcard(pattern: string): boolean {
  return isAll(pattern) || /[%*?]/.test(pattern);
}

/**
 * Whether a name matches a pattern of autorep.
 *
 * `%` and `*` match any number of characters, `?` matches one, `ALL` matches every name. Names are
 * case-sensitive (AutoSys 11.3.6 reference). `all` in lower case counts as `ALL` (inferred).
 */
export function matchesWildcard(pattern: string, name: string): boolean {
  if (isAll(pattern)) return true;
  let at = 0;
  let inName = 0;
  // The last `%` or `*`. When the rest does not match, it is tried again with one more character.
  let star: { readonly after: number; readonly nameEnd: number } | undefined;
  while (inName < name.length) {
    const sign = pattern[at];
    if (sign === '%' || sign === '*') {
      star = { after: at + 1, nameEnd: inName };
      at += 1;
    } else if (sign === '?' || (sign !== undefined && sign === name[inName])) {
      at += 1;
      inName += 1;
    } else if (star) {
      star = { after: star.after, nameEnd: star.nameEnd + 1 };
      at = star.after;
      inName = star.nameEnd;
    } else {
      return false;
    }
  }
  return /^[%*]*$/.test(pattern.slice(at));
}

/** Whether a pattern is `ALL`. */
export function isAll(pattern: string): boolean {
  return pattern.toUpperCase() === 'ALL';
}
