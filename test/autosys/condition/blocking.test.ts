import { expect, test } from 'vitest';
import {
  findBlockingAtoms,
  parseCondition,
  printAtom,
  unread,
} from '../../../autosys/condition/index.ts';

/** Jobs a, b are SUCCESS, x, y are RUNNING, and u cannot be read. */
function blocking(text: string): readonly string[] {
  const condition = parseCondition({ name: 'condition', text });
  const facts = {
    now: new Date('2026-08-01T12:00:00Z'),
    job: ({ job }: { readonly job: string }) => {
      if (job === 'u') return unread;
      return { status: job < 'm' ? ('SUCCESS' as const) : ('RUNNING' as const) };
    },
    globalVariable: () => undefined,
  };
  return findBlockingAtoms(condition, facts).map((atom) => printAtom(atom));
}

test.for([
  ['s(a)', []],
  ['s(x)', ['s(x)']],
  ['s(u)', ['s(u)']],
  ['s(a) & s(x)', ['s(x)']],
  ['s(x) & s(y) & v(G) = "1"', ['s(x)', 's(y)', 'v(G) = "1"']],
  ['s(a) | s(x)', []],
  ['s(x) | s(y)', ['s(x)', 's(y)']],
  ['(s(a) | s(x)) & s(y)', ['s(y)']],
  ['s(y) & (s(x) | s(b))', ['s(y)']],
  ['s(y) & (s(x) & s(b) | f(a))', ['s(y)', 's(x)', 'f(a)']],
  ['s(x) & s(y) | s(a)', []],
  ['s(a) | s(b) & s(x)', ['s(x)']],
  ['s(x) | s(a) & s(y)', ['s(y)']],
] as const)('%s waits for %j', ([text, atoms]) => {
  expect(blocking(text)).toEqual(atoms);
});
