import type * as z from 'zod';
import type { Faults, Path } from './faults.ts';
import { asTheFirst } from './shapes.ts';

type Issue = z.core.$ZodIssue;

/** Puts what zod complains of at the places of the file; the messages are the schema's own. */
export function addIssues(faults: Faults, issues: readonly Issue[], base: Path = []): void {
  for (const issue of issues) {
    const path = [...base, ...issue.path];
    switch (issue.code) {
      case 'unrecognized_keys':
        for (const [at, message] of issue.message.split('\n').entries()) {
          faults.atKey([...path, ...issue.keys.slice(at, at + 1)], message);
        }
        break;
      case 'invalid_union':
        addBranch(faults, issue, path);
        break;
      default:
        faults.at(path, issue.message);
    }
  }
}

/** Of the shapes a value may have, the one it was meant to have: not of another type, and with the fewest faults. */
function addBranch(faults: Faults, issue: Extract<Issue, { code: 'invalid_union' }>, path: Path) {
  const [meant] = issue.errors
    .filter((issues) => !issues.some(isOfAnotherType))
    .toSorted((one, other) => one.length - other.length);
  if (meant !== undefined) addIssues(faults, meant, path);
  else if (issue.message === asTheFirst) addIssues(faults, issue.errors[0] ?? [], path);
  else faults.at(path, issue.message);
}

function isOfAnotherType(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  return (
    issue.code === 'invalid_type' ||
    (issue.code === 'invalid_union' && issue.errors.every((issues) => issues.some(isOfAnotherType)))
  );
}
