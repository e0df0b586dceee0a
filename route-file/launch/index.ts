import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import { isMapping } from '../located.ts';
import { compileCallers } from './compile-callers.ts';
import { compileLaunchTargets, type LaunchFindings } from './compile-targets.ts';

/** Compiles the launch targets and their callers. */
export function compileLaunch(
  file: Readonly<Record<string, unknown>>,
  findings: LaunchFindings,
): Pick<BridgeConfig, 'targets' | 'callers'> {
  const names = isMapping(file['targets']) ? Object.keys(file['targets']) : [];
  const targets = compileLaunchTargets(file['targets'], findings);
  const callers = compileCallers(file['callers'], names, findings);
  const { faults, warnings } = findings;
  if (file['targets'] === undefined && file['callers'] !== undefined) {
    faults.atKey(['callers'], 'callers: found without targets; add targets, or remove callers');
  }
  if (file['targets'] !== undefined && file['callers'] === undefined) {
    warnings.atKey(['targets'], 'targets: no caller may use them; add callers');
  }
  for (const name of file['callers'] === undefined ? [] : names) {
    if (callers.some((caller) => caller.targets.includes(name))) continue;
    warnings.atKey(
      ['targets', name],
      `targets: no caller may use ${name}; add it to targets of a caller, or remove it`,
    );
  }
  return { targets, callers };
}
