import { resolveEnvironment } from './function-environment.ts';
import type { LocalOptions } from './local-options.ts';
import { type LocalFunction, startFunction } from './runtime-host.ts';
import type { WiredFunction } from './wiring.ts';

/** What every function of the embedded AWS shares. */
export interface StartFunctionsOptions
  extends Pick<LocalOptions, 'environment' | 'functionNow'>,
    Readonly<Required<Pick<LocalOptions, 'account' | 'region'>>> {
  /** URLs of the embedded services. */
  readonly endpoints: Parameters<typeof resolveEnvironment>[1];
}

/**
 * Prepares the functions of an assembly. No process starts before the first invocation.
 *
 * @returns the functions by id
 * @throws {TemplateError} for an environment variable without a local value
 */
export async function startFunctions(
  wired: readonly WiredFunction[],
  { environment: override, functionNow, endpoints, account, region }: StartFunctionsOptions,
): Promise<ReadonlyMap<string, LocalFunction>> {
  const functions = new Map<string, LocalFunction>();
  for (const target of wired) {
    const environment = resolveEnvironment(target, endpoints, override);
    const functionClock = functionNow && { processNow: functionNow };
    const one = await startFunction({ ...target, environment, account, region, ...functionClock });
    functions.set(target.id, one);
  }
  return functions;
}
