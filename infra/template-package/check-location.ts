import { readArn } from '../../lambda/routing/partition.ts';
import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import { type RouteFile, RouteFileError } from '../../route-file/index.ts';
import type { AppSettings } from '../app-settings.ts';
import {
  describeForeignCaller,
  describeForeignPartition,
  describeForeignSecret,
  describeForeignTarget,
  describeOtherRegion,
  findUnmatchedAccounts,
  type StackLocation,
} from '../placement.ts';

/**
 * Compares a route file and settings with the account and Region of the stack, as far as they are
 * known. With the CDK, some of these faults are only warnings, because its template has a location
 * of its own.
 *
 * @throws {RouteFileError} lists every fault of the route file, with its line
 * @throws {Error} lists every other fault
 */
export function checkPackageLocation(
  { source, location: named, config }: RouteFile,
  settings: AppSettings,
  stack: StackLocation,
): void {
  const misplaced = named.flatMap(({ start, end, ...one }) => {
    const message =
      describeForeignPartition(one, stack) ??
      describeForeignSecret(one, stack) ??
      describeForeignTarget(one, stack) ??
      describeForeignCaller(one, stack);
    return message === undefined ? [] : [{ start, end, message }];
  });
  if (misplaced.length > 0) throw new RouteFileError(source, misplaced);
  const faults = [
    ...findForeignKeys(settings, stack),
    ...findForeignAccounts(config, settings, stack),
  ];
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

function findForeignKeys(settings: AppSettings, stack: StackLocation): readonly string[] {
  const names = ['keyArn', 'environmentKeyArn', 'secretKeyArns', 'alarmTopicKeyArn'] as const;
  return names.flatMap((name) =>
    [settings[name] ?? []]
      .flat()
      .flatMap(
        (arn) =>
          describeOtherRegion({ name: `setting ${name}`, arn, ...readArn(arn) }, stack) ?? [],
      ),
  );
}

/** Accounts whose events cannot reach the bridge show that the file was written for another account. */
function findForeignAccounts(
  config: BridgeConfig,
  { otherAccounts = [], organizationId }: AppSettings,
  stack: StackLocation,
): readonly string[] {
  // The accounts of an organization are unknown here.
  if (stack.account === undefined || organizationId !== undefined) return [];
  return findUnmatchedAccounts(config, otherAccounts, stack).map(
    (account) =>
      `the route file names account ${account}, but the stack is in ${stack.account}; allowed: the account of the stack, or one of the setting otherAccounts; use credentials of ${account}, correct the route file, or add the account to otherAccounts and deploy source.template.json in it`,
  );
}
