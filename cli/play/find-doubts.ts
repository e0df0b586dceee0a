import { referencesOf } from '../../autosys/condition/index.ts';
import type { Emulator } from '../../emulator/index.ts';
import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import { toTargets } from '../describe-route.ts';
import { isEmulatedProfile } from './worlds.ts';

/**
 * What in the route file does not fit the JIL: jobs that AutoSys does not have, variables that no
 * job waits for, and wire profiles that are not embedded. Names with templates are left out.
 *
 * @param config as the route file has it
 */
export function findDoubts(
  { routes, instances }: Pick<BridgeConfig, 'routes' | 'instances'>,
  autosyses: ReadonlyMap<string, Emulator>,
): readonly string[] {
  const ofTargets = toTargets(routes).flatMap(({ instance: to, kind, name }) => {
    const instance = autosyses.get(to)?.instance;
    if (instance === undefined || name.includes('${')) return [];
    if (kind === 'job' && instance.job(name) === undefined) {
      return [`${to}: the JIL has no job ${name}, to which the route file sends an event`];
    }
    const isAwaited = instance.jobs().some(({ job }) => {
      const conditions = [job.condition, job.boxSuccess, job.boxFailure];
      return conditions.some(
        (one) => one && referencesOf(one).globalVariables.some((global) => global === name),
      );
    });
    return kind === 'globalVariable' && !isAwaited
      ? [`${to}: no job of the JIL waits for the variable ${name}`]
      : [];
  });
  const ofProfiles = instances.flatMap(({ name, profile }) =>
    isEmulatedProfile(profile)
      ? []
      : [`${name}: its own wire profile is replaced by standard, because it is not embedded`],
  );
  return [...ofTargets, ...ofProfiles];
}
