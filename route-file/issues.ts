import type * as z from 'zod';
import type { Faults, Path } from './faults.ts';
import { firstMemberMessage } from './shapes.ts';

type Issue = z.core.$ZodIssue;

/** Adds the issues of zod at their positions in the file. The schema provides the messages. */
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

/**
 * Adds the issues of the best matching member of a union: the right type, and the fewest issues.
 */
function addBranch(faults: Faults, issue: Extract<Issue, { code: 'invalid_union' }>, path: Path) {
  const [best] = issue.errors
    .filter((issues) => !issues.some(isOfAnotherType))
    .toSorted((one, other) => one.length - other.length);
  if (best !== undefined) addIssues(faults, best, path);
  else if (issue.message === firstMemberMessage) addIssues(faults, issue.errors[0] ?? [], path);
  else faults.at(path, issue.message);
}

function isOfAnotherType(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  return (
    issue.code === 'invalid_type' ||
    (issue.code === 'invalid_union' && issue.errors.every((issues) => issues.some(isOfAnotherType)))
  );
}
