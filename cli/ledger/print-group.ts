import type { GroupRecord } from '../../lambda/groups/group-row.ts';
import type { Io } from '../io.ts';
import { createPaint, printFitted, printJson } from '../render.ts';
import { describeGroupDetails, describeGroupLine, toGroupDocument } from './describe-group.ts';
import type { ToTimeFormat } from './times.ts';

/** Prints the last day of a group in detail, and one line for each day before it. */
export function printGroup(
  days: readonly GroupRecord[],
  {
    io,
    json,
    toTimeFormat,
  }: { readonly io: Io; readonly json: boolean; readonly toTimeFormat: ToTimeFormat },
): void {
  if (json) {
    printJson(io.stdout, { groupDays: days.map(toGroupDocument) });
    return;
  }
  const paint = createPaint(io.stdout, io.env);
  const [last, ...earlier] = days;
  printFitted(io, [
    ...(last ? describeGroupDetails(last, paint, toTimeFormat()) : []),
    ...(earlier.length > 0 ? ['earlier days'] : []),
    ...earlier.map((day) => `  ${describeGroupLine(day, paint)}`),
  ]);
}
