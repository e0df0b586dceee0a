import type { Launch } from '../../../../lambda/launch/launch.ts';
import type { LaunchSystem } from '../simulate-launches.ts';

/**
 * A redrive keeps one run: each belongs to one launch, which has started nothing else. Redrives from
 * outside count in AWS as well, so a run that has one is not judged.
 */
export function judgeRedrives(
  { workloads }: LaunchSystem,
  launches: readonly Launch[],
): readonly string[] {
  return workloads.works.flatMap(({ id, name, redrives, redrivenMs }) => {
    if (redrivenMs !== undefined) return [];
    return redrives.flatMap(({ count }) => {
      const owners = launches.filter(({ aws }) => aws?.id === id && aws.redrive === count);
      const [owner] = owners;
      if (owner === undefined || owners.length > 1) {
        return [`redrive ${count} of ${name} belongs to ${owners.length} launches`];
      }
      const own = workloads.works.some((one) => !one.parent && one.name === owner.name);
      const isTwice = owner.start === 1 && own;
      return isTwice ? [`${owner.name} continues ${name}, and AWS has a new run of it`] : [];
    });
  });
}
