import type { LocalClock } from '../clock.ts';
import type { Invocable } from '../invocation.ts';
import type { RestApiDefinition } from './definition.ts';
import { RestFront, type RestFrontSettings } from './rest-front.ts';

/** What every front of a deployment shares. */
interface SharedParts {
  readonly functions: ReadonlyMap<string, Invocable>;
  readonly clock: LocalClock;
  readonly account: string;
  readonly region: string;
}

/**
 * Starts a front for each REST API, or none without settings.
 *
 * @throws {TemplateError} when a function of an API is not emulated
 */
export async function startRestFronts(
  definitions: readonly RestApiDefinition[],
  settings: RestFrontSettings | undefined,
  parts: SharedParts,
): Promise<readonly RestFront[]> {
  if (!settings) return [];
  await using started = new AsyncDisposableStack();
  const fronts: RestFront[] = [];
  for (const definition of definitions) {
    fronts.push(started.use(await RestFront.start({ ...parts, ...settings, definition })));
  }
  // From here on the caller stops them.
  started.move();
  return fronts;
}
