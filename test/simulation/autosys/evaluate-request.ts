import type { WireRequest } from '../../../autosys/client/request.ts';
import { type AutosysEvent, describeEvent } from '../../../autosys/event.ts';
import { type HttpAnswer, text, tomcatPage } from '../../../emulator/answer.ts';
import { readFields } from '../../../emulator/body.ts';
import type { Action } from '../../../emulator/deps.ts';
import { FieldError, Fields } from '../../../emulator/fields.ts';
import { findEndpoint } from '../../../emulator/find-endpoint.ts';
import type { Instance } from '../../../emulator/instance.ts';
import type { QueuedEvent } from '../../../emulator/instance-types.ts';
import { readTarget } from '../../../emulator/target.ts';
import type { EmulatedProfile } from '../../../emulator/wire.ts';
import type { World } from '../world.ts';

const profiles: ReadonlySet<EmulatedProfile> = new Set(['standard', 'command-run']);

interface ParsedAddress {
  readonly action: Action | undefined;
  readonly name: string;
  readonly query: URLSearchParams;
}

/** Cache of parsed addresses, shared by all scenarios. */
const parsedByAddress = new Map<string, ParsedAddress>();

/** The answer of the embedded AutoSys to a request, and the event that it would accept. */
export interface Evaluation {
  readonly answer: HttpAnswer;
  /** The event to accept. Absent for a read and a rejected request. */
  readonly event?: QueuedEvent;
}

/** Evaluates a request with the web services of the embedded AutoSys. Changes nothing. */
export function evaluateRequest(
  request: WireRequest,
  instance: Instance,
  clock: World,
): Evaluation {
  const { action, name, query } = parseAddress(request);
  if (action === undefined) return { answer: tomcatPage(404, `${request.path} not found`) };
  const fields = request.body === undefined ? new Fields({}) : readFields(request.body);
  if (!(fields instanceof Fields)) return { answer: fields };
  let event: QueuedEvent | undefined;
  const deps = {
    instance,
    clock,
    profiles,
    jobShape: 'wrapped',
    unknownJobStatus: 404,
    send: (sent: QueuedEvent) => {
      event = sent;
    },
    mayDo: () => true,
  } as const;
  try {
    const { body = '', accept } = request;
    const answer = action(deps)({ name, query, fields, body, accept });
    return { answer, ...(event && { event }) };
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    return { answer: text(400, `${error.message}\n`) };
  }
}

function parseAddress({ method, path }: WireRequest): ParsedAddress {
  const address = `${method} ${path}`;
  const cached = parsedByAddress.get(address);
  if (cached) return cached;
  const { segments, query } = readTarget(path) ?? { segments: [], query: new URLSearchParams() };
  const found = findEndpoint(method, segments, profiles);
  const parsed =
    found.kind === 'endpoint'
      ? { action: found.endpoint.action, name: found.name, query }
      : { action: undefined, name: '', query };
  parsedByAddress.set(address, parsed);
  return parsed;
}

/** The sign-in page of a gateway or portal. It repeats the Authorization header, as some do. */
export function portalPage(status: number, repeated: string): HttpAnswer {
  const body = `<!doctype html><html><head><title>Gateway</title></head><body><p>Please sign in</p><pre>Authorization: Basic ${repeated}</pre></body></html>`;
  return { status, contentType: 'text/html;charset=utf-8', body };
}

/** An error message of AutoSys with status 200. */
export const errorWithStatus200: HttpAnswer = text(200, 'CAUAJM_E_10032 The event was not sent.\n');

/** The name under which the effects of a one-shot are counted; `undefined` for a state. */
export function nameOneShot(event: QueuedEvent | AutosysEvent): string | undefined {
  if (event.kind === 'SET_GLOBAL' || event.kind === 'CHANGE_STATUS') return undefined;
  const job = 'job' in event ? event.job : '';
  return `${event.kind} ${job} for ${nameCause(event)}`;
}

/**
 * The name of a request for an event. All repetitions of one request have the same name; the same
 * status for another run, attempt or status in AWS has another.
 */
export function nameRequestedEvent(event: QueuedEvent | AutosysEvent): string {
  if (event.kind === 'CHANGE_STATUS') return `${describeEvent(event)} for ${nameCause(event)}`;
  // The value of a variable names its cause.
  return nameOneShot(event) ?? describeEvent(event as AutosysEvent);
}

/**
 * The run in AWS and its status, as the comment names them. The event id after them may differ
 * between repetitions.
 */
function nameCause(event: QueuedEvent | AutosysEvent): string | undefined {
  return 'comment' in event ? event.comment?.split(', event ', 1)[0] : undefined;
}
