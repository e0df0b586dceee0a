import { describeEvent } from '../../autosys/event.ts';
import { printSendevent } from '../../autosys/sendevent.ts';
import type { ObservedEntry } from '../../lambda/ledger/observed.ts';
import { nameOldReaction } from '../describe-route.ts';
import type { Paint } from '../render.ts';
import { quoteForShell } from './advice.ts';
import type { ToTimeFormat } from './times.ts';
import { toVersionDocument } from './version-document.ts';

/** An effect that an observed route would have sent, with its key. */
export interface StoredObserved {
  readonly key: string;
  readonly observed: ObservedEntry;
}

/** An observed effect with its history, oldest first. */
export function describeObservedDetails(
  { key, observed }: StoredObserved,
  paint: Paint,
  toTimeFormat: ToTimeFormat,
): readonly string[] {
  const { to, event, invalid, version, cause, observe, checkMs, notCompared, history } = observed;
  const time = toTimeFormat(to);
  const effect = event ? describeEvent(event) : `invalid effect: ${invalid}`;
  return [
    `${to}  ${paint('bold', effect)}`,
    '  stage    observed: nothing was sent and nothing will be sent',
    `  compared with ${nameOldReaction(observe)}`,
    `  version  ${version.status} of attempt ${version.attempt} since ${time.ago(version.changedMs)}`,
    `  run      ${version.run}, began ${time.ago(version.beganMs)}`,
    `  route    ${cause.route}, event ${cause.eventId}`,
    ...(checkMs === undefined ? [] : [`  read     AutoSys is read next at ${time.ago(checkMs)}`]),
    ...(notCompared === undefined ? [] : [`  reason   not compared: ${notCompared}`]),
    `  key      ${quoteForShell(key)}`,
    'history',
    ...history.map(({ atMs, text }) => `  ${time.at(atMs)}  ${text}`),
  ];
}

/** An observed effect for --json. */
export function toObservedEntryDocument({ key, observed }: StoredObserved) {
  const { to, event, invalid, version, cause, history, checkMs, seen } = observed;
  return {
    key,
    kind: observed.kind,
    instance: to,
    ...(event && { sendevent: printSendevent(event) }),
    ...(invalid !== undefined && { invalid }),
    stage: observed.stage,
    observes: nameOldReaction(observed.observe),
    route: cause.route,
    ...toVersionDocument(cause, version),
    ...(checkMs !== undefined && { checkAt: new Date(checkMs) }),
    ...(seen && { seen: seen.kind }),
    history: history.map(({ atMs, text }) => ({ at: new Date(atMs), text })),
  };
}
