import { type GroupStatus, groupStatuses } from '../../lambda/routing/groups.ts';
import { readTemplate } from '../../lambda/routing/template-text.ts';
import type { Faults, Path } from '../faults.ts';
import { createTextReader, type RouteReader, type TemplateUse } from '../route-reader.ts';
import { checkTemplate } from '../template-check.ts';

/**
 * Creates the reader of the actions of one group. Its statuses are those of the group, and its texts
 * have no fields, because several runs make up one state.
 */
export function createGroupReader(hasCutoff: boolean, faults: Faults): RouteReader {
  const statuses: readonly GroupStatus[] = hasCutoff
    ? groupStatuses
    : groupStatuses.filter((status) => status !== 'PENDING');
  const read = (text: string, path: Path, { target }: TemplateUse) => {
    const reading = readTemplate(text);
    const { template, spans } = reading;
    const fields = template.flatMap((piece, at) => {
      const span = spans[at];
      return typeof piece === 'string' || span === undefined
        ? []
        : [{ ...span, message: describeField(piece.field) }];
    });
    const problems = [
      ...reading.problems,
      ...fields,
      ...(fields.length > 0 ? [] : checkTemplate(reading, undefined, target)),
    ];
    for (const problem of problems) faults.within(path, problem);
    return { template, isSound: problems.length === 0 };
  };
  const hintFor = (word: string) =>
    word === 'PENDING' ? '; add atCutoff: PENDING to the group' : '';
  return createTextReader({ statuses, what: 'a state of this group', hintFor, read }, faults);
}

function describeField(field: string): string {
  return `${field}: a group has no fields, because several runs make up its state; write a text without \${${field}}`;
}
