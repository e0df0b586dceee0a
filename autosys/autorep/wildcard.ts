/** Whether autorep takes the text for a pattern: it holds `%`, `*` or `?`, or is `ALL`. */
export function isWildcard(pattern: string): boolean {
  return isAll(pattern) || /[%*?]/.test(pattern);
}

/**
 * Whether a name fits a pattern of autorep: `%` and `*` for any run of characters, `?` for one, `ALL` for every name.
 *
 * Names are compared with their case (AutoSys 11.3.6 reference); `all` in lower case counts as `ALL` (inferred).
 */
export function matchesWildcard(pattern: string, name: string): boolean {
  if (isAll(pattern)) return true;
  let at = 0;
  let inName = 0;
  // Where the last run stands and how much of the name it has taken, to give it one more when the rest does not fit.
  let run: { readonly after: number; readonly taken: number } | undefined;
  while (inName < name.length) {
    const sign = pattern[at];
    if (sign === '%' || sign === '*') {
      run = { after: at + 1, taken: inName };
      at += 1;
    } else if (sign === '?' || (sign !== undefined && sign === name[inName])) {
      at += 1;
      inName += 1;
    } else if (run) {
      run = { after: run.after, taken: run.taken + 1 };
      at = run.after;
      inName = run.taken;
    } else {
      return false;
    }
  }
  return /^[%*]*$/.test(pattern.slice(at));
}

function isAll(pattern: string): boolean {
  return pattern.toUpperCase() === 'ALL';
}
