import { didYouMean } from '../../autosys/suggest.ts';
import { type GroupStatus, groupStatuses } from '../../lambda/routing/groups.ts';
import { readTemplate } from '../../lambda/routing/template-text.ts';
import type { Faults, Path } from '../faults.ts';
import type { RouteReader, TemplateUse } from '../route-reader.ts';
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
  return {
    statuses,
    readTemplate: (text, path, use) => read(text, path, use).template,
    readName: (text, path, use) => {
      const { template, isSound } = read(text, path, use);
      return isSound ? template : undefined;
    },
    readStatus: (word, path, more) => {
      const status = statuses.find((known) => known === word);
      if (status === undefined) {
        const words = [...statuses, ...(more === undefined ? [] : [more])];
        const needs = word === 'PENDING' ? '; add atCutoff: PENDING to the group' : '';
        const message = `${JSON.stringify(word)} is not a state of this group${didYouMean(word, words)}; allowed: ${words.join(', ')}${needs}`;
        if (path.at(-1) === word) faults.atKey(path, message);
        else faults.at(path, message);
      }
      return status;
    },
    refuse: (path, message) => faults.at(path, message),
    refuseKey: (path, message) => faults.atKey(path, message),
  };
}

function describeField(field: string): string {
  return `${field}: a group has no fields, because several runs make up its state; write a text without \${${field}}`;
}
