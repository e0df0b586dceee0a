import { complexityLimit } from '../../event-pattern/index.ts';
import type { WideRoute } from './event-patterns.ts';

/** Maximum number of lines, so that other output stays visible. */
const maxLines = 20;

/**
 * Describes each route whose pattern is wider than the route: why, and which other events reach the
 * function.
 */
export function describeWideRoutes(wide: readonly WideRoute[]): readonly string[] {
  const lines = wide.slice(0, maxLines).map(describeWideRoute);
  const others = wide.length - lines.length;
  return others === 0 ? lines : [...lines, `and ${others} more such routes`];
}

function describeWideRoute(wide: WideRoute): string {
  const title = `route ${wide.route} has a wider pattern than its from`;
  if ('except' in wide) {
    return `${title}: its rule cannot leave out ${wide.except.join(', ')}; these names reach the function, which discards their events`;
  }
  const { complexity, head } = wide;
  const matched = head === '' ? 'every name' : `every name that begins with ${head}`;
  return `${title}: the exact pattern has complexity ${complexity}, allowed: ${complexityLimit}; ${matched} reaches the function, which discards events that no route matches`;
}
