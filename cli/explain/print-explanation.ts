import type { Paint } from '../render.ts';
import type { ActionDocument } from './action-document.ts';
import type { Explanation, WorkloadDocument } from './explain-event.ts';
import { formatGroup } from './explain-groups.ts';

/** Formats an explanation as lines of text. */
export function printExplanation(explanation: Explanation, paint: Paint): readonly string[] {
  const { location } = explanation;
  switch (explanation.outcome) {
    case 'matched':
      return [
        `${paint('bold', location)}: ${formatStatus(explanation.workload)}`,
        `  ${formatLocationAndTime(explanation.workload)}`,
        ...formatAdmission(explanation.workload, paint),
        ...(explanation.today === undefined ? [] : [`  ${paint('yellow', explanation.today)}`]),
        ...formatMatching(explanation),
        ...(explanation.assumes === undefined ? [] : [`  ${explanation.assumes}`]),
        ...explanation.actions.flatMap((action) =>
          formatAction(action, explanation.workload, paint),
        ),
      ];
    case 'ignored': {
      const { workload, reason, requests = [] } = explanation;
      const what = workload ? formatStatus(workload) : 'an event without a status change';
      return [
        `${paint('bold', location)}: ${what}`,
        ...(workload
          ? [`  ${formatLocationAndTime(workload)}`, ...formatAdmission(workload, paint)]
          : []),
        `  ${paint('yellow', 'ignored')}: ${reason}`,
        ...formatRequests(requests),
      ];
    }
    case 'invalid':
      return [`${paint('bold', location)}: ${paint('red', 'invalid')}: ${explanation.reason}`];
    default:
      return explanation satisfies never;
  }
}

function formatMatching({
  routes,
  unmet = [],
  targets,
  requests,
  groups = [],
  mirrored = [],
}: Pick<
  Extract<Explanation, { outcome: 'matched' }>,
  'routes' | 'unmet' | 'targets' | 'requests' | 'groups' | 'mirrored'
>): readonly string[] {
  return [
    ...(routes.length === 0 ? [] : [`  matched by ${routes.join(', ')}`]),
    ...(unmet.length === 0 ? [] : [`  when does not hold in ${unmet.join(', ')}`]),
    ...(targets.length === 0 ? [] : [`  recorded for launch target ${targets.join(', ')}`]),
    ...groups.map(formatGroup),
    ...mirrored.map(
      (target) => `  shown in the mirror of ${target} if the bridge has started the run`,
    ),
    ...formatRequests(requests),
  ];
}

function formatRequests(requests: readonly string[]): readonly string[] {
  return requests.length === 0
    ? []
    : [`  its executions may ask AutoSys by requests ${requests.join(', ')}`];
}

function formatStatus({ run, status }: WorkloadDocument): string {
  return `${run} is ${status}`;
}

function formatLocationAndTime({ changedAt, account, region, eventId }: WorkloadDocument): string {
  return `changed at ${changedAt} in account ${account}, ${region}; event ${eventId}`;
}

function formatAdmission({ admission }: WorkloadDocument, paint: Paint): readonly string[] {
  return admission === undefined ? [] : [`  ${paint('yellow', admission)}`];
}

function formatAction(
  action: ActionDocument,
  { status }: WorkloadDocument,
  paint: Paint,
): readonly string[] {
  const { route, instance, observes } = action;
  const because = `by route ${route} on ${status}`;
  const mode =
    observes === undefined
      ? []
      : [`    ${paint('yellow', `observed: nothing is sent; compared with ${observes}`)}`];
  if (!action.valid) {
    return [
      `  to ${instance}: ${paint('yellow', 'invalid effect')}: ${action.reason} (route ${route})`,
      ...mode,
    ];
  }
  const { sendevent, request, repetition, sameAs } = action;
  const body = request?.body === undefined ? '' : ` ${JSON.stringify(request.body)}`;
  const inferred = request?.evidence === 'inferred' ? paint('dim', '  (inferred)') : '';
  return [
    `  to ${instance}, ${because}`,
    ...mode,
    `    ${paint('green', sendevent)}`,
    request
      ? `    ${request.method} ${request.path}${body}${inferred}`
      : `    ${paint('yellow', `not sent: the wire profile of ${instance} has no request for this event`)}`,
    sameAs === undefined
      ? `    a second send is ${repetition}`
      : `    not sent again: the same effect as ${sameAs}`,
  ];
}
