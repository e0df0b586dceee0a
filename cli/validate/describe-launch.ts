import { describeMirror } from '../../lambda/routing/mirror.ts';
import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import type { LaunchTarget } from '../../lambda/routing/targets.ts';
import type { Paint } from '../render.ts';

/** Formats the launch targets and their callers, one line each. Empty if the file has neither. */
export function describeLaunch(
  { targets, callers }: Pick<BridgeConfig, 'targets' | 'callers'>,
  paint: Paint,
): readonly string[] {
  if (targets.length === 0) return [];
  return [
    '',
    ...targets.map((target) => {
      const users = callers.filter((caller) => caller.targets.includes(target.name));
      const by = users.length === 0 ? 'no caller' : users.map(({ name }) => name).join(', ');
      return `target ${paint('bold', target.name)}: ${describeWorkload(target)} <- ${by}`;
    }),
    ...callers.map(
      ({ name, secret, jobs }) =>
        `caller ${paint('bold', name)}: secret ${secret}, jobs ${jobs.join(' ')}`,
    ),
  ];
}

function describeWorkload(target: LaunchTarget): string {
  const params = Object.keys(target.params);
  const facts = [
    ...toNames(target),
    ...(target.input === 'given' ? ['input of the caller'] : []),
    ...(params.length > 0 ? [`params ${params.join(' ')}`] : []),
    ...(target.onKill === 'leave' ? ['onKill: leave'] : []),
    ...(target.onRetry === undefined ? [] : [`onRetry: ${target.onRetry}`]),
    ...(target.mirror === undefined ? [] : [`mirror ${describeMirror(target.mirror)}`]),
    ...(target.enabled ? [] : ['not enabled']),
  ];
  return facts.join(', ');
}

function toNames(target: LaunchTarget): readonly string[] {
  if (target.kind === 'batchJob') {
    return [`job queue ${target.jobQueue}`, `job definition ${target.jobDefinition}`];
  }
  const { stateMachine, qualifier } = target;
  return [`state machine ${stateMachine}${qualifier === undefined ? '' : `:${qualifier}`}`];
}
