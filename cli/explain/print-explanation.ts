import type { Paint } from '../render.ts';
import type { ActionDocument, Explanation, WorkloadDocument } from './explain-event.ts';

/** An explanation for a person, a few lines. */
export function printExplanation(explanation: Explanation, paint: Paint): readonly string[] {
  const { place } = explanation;
  switch (explanation.outcome) {
    case 'told':
      return [
        `${paint('bold', place)}: ${describe(explanation.workload)}`,
        `  ${whereAndWhen(explanation.workload)}`,
        ...printAdmission(explanation.workload, paint),
        ...(explanation.today === undefined ? [] : [`  ${paint('yellow', explanation.today)}`]),
        `  heard by ${explanation.routes.join(', ')}`,
        ...(explanation.assumes === undefined ? [] : [`  ${explanation.assumes}`]),
        ...explanation.says.flatMap((saying) => printSaying(saying, explanation.workload, paint)),
      ];
    case 'ignored': {
      const { workload, reason } = explanation;
      const what = workload ? describe(workload) : 'an event without news of a status';
      return [
        `${paint('bold', place)}: ${what}`,
        ...(workload ? [`  ${whereAndWhen(workload)}`, ...printAdmission(workload, paint)] : []),
        `  ${paint('yellow', 'ignored')}: ${reason}`,
      ];
    }
    case 'refused':
      return [`${paint('bold', place)}: ${paint('red', 'refused')}: ${explanation.reason}`];
    default:
      return explanation satisfies never;
  }
}

function describe({ run, status }: WorkloadDocument): string {
  return `${run} is ${status}`;
}

function whereAndWhen({ changedAt, account, region, eventId }: WorkloadDocument): string {
  return `changed at ${changedAt} in account ${account}, ${region}; event ${eventId}`;
}

function printAdmission({ admission }: WorkloadDocument, paint: Paint): readonly string[] {
  return admission === undefined ? [] : [`  ${paint('yellow', admission)}`];
}

function printSaying(
  saying: ActionDocument,
  { status }: WorkloadDocument,
  paint: Paint,
): readonly string[] {
  const { route, instance } = saying;
  const because = `as route ${route} says on ${status}`;
  if (!saying.said) {
    return [
      `  to ${instance}: ${paint('yellow', 'cannot be said')}: ${saying.reason} (route ${route})`,
    ];
  }
  const { sendevent, request, repetition, sameAs } = saying;
  const body = request?.body === undefined ? '' : ` ${JSON.stringify(request.body)}`;
  const doubt = request?.evidence === 'inferred' ? paint('dim', '  (inferred)') : '';
  return [
    `  to ${instance}, ${because}`,
    `    ${paint('green', sendevent)}`,
    request
      ? `    ${request.method} ${request.path}${body}${doubt}`
      : `    ${paint('yellow', `the wire profile of ${instance} has no request for it, so AutoSys is not told`)}`,
    sameAs === undefined
      ? `    a repetition is ${repetition}`
      : `    said already by ${sameAs}, so it is not sent again`,
  ];
}
