import type { Launch } from '../../lambda/launch/launch.ts';
import { describeIdentity } from '../../lambda/launch/run-name.ts';
import { shorten } from '../../lambda/workload/shorten.ts';
import type { TimeFormat } from '../ledger/times.ts';
import { toLaunchState } from './sort-launches.ts';

/** A launch in one line: which job, what of it is open. Pure. */
export function describeOpenLaunch(launch: Launch, time: TimeFormat): string {
  return `${describeIdentity(launch.identity)}, target ${launch.target}  ${describeState(launch, time)}`;
}

function describeState(launch: Launch, time: TimeFormat): string {
  const { requestedMs, stop, refusal, watch } = launch;
  const state = toLaunchState(launch);
  switch (state) {
    case 'parkedStop':
      return `stop parked: ${shorten(stop?.text ?? '')}`;
    case 'stopping':
      return `stop requested by ${stop?.by} at ${time.shortAgo(stop?.requestedMs ?? requestedMs)}: ${shorten(stop?.text ?? '')}`;
    case 'mirrorFails':
      return `refused (${refusal?.code ?? 'the reason is not known'}); AutoSys does not show FAILURE yet`;
    case 'starting':
      return `requested at ${time.shortAgo(requestedMs)}; it is not known yet whether AWS has started it`;
    case 'watched':
      return watch === undefined
        ? `started, requested at ${time.shortAgo(requestedMs)}`
        : `started; its command waits for the end, last sign of it at ${time.shortAgo(watch.seenMs)}`;
    default:
      return state satisfies never;
  }
}
