import { complexityLimit } from '../../event-pattern/index.ts';
import type { WideRoute } from './event-patterns.ts';

/** More lines than this hide what else is printed. */
const mostLines = 20;

/** Says of each route that matches wide why, and what reaches the function besides. */
export function describeWideRoutes(wide: readonly WideRoute[]): readonly string[] {
  const lines = wide.slice(0, mostLines).map(describeWideRoute);
  const others = wide.length - lines.length;
  return others === 0 ? lines : [...lines, `and ${others} more such routes`];
}

function describeWideRoute({ route, complexity, head }: WideRoute): string {
  const matched = head === '' ? 'every name' : `every name that begins with ${head}`;
  return `route ${route} matches wide: its pattern would have a complexity of ${complexity}, EventBridge allows ${complexityLimit}; ${matched} reaches the function, which discards what no route matches`;
}
