import type { WireRequest } from '../../../autosys/client/request.ts';
import type { AutosysEvent } from '../../../autosys/event.ts';
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

interface Place {
  readonly action: Action | undefined;
  readonly name: string;
  readonly query: URLSearchParams;
}

/** The same few addresses are asked for all night, and all nights. */
const placeByAddress = new Map<string, Place>();

/** What the embedded AutoSys would answer, and what it would then do. */
export interface Intent {
  readonly answer: HttpAnswer;
  /** The event that it takes; absent where it is only read, or refuses. */
  readonly event?: QueuedEvent;
}

/** Lets the web services of the embedded AutoSys read a request, and does nothing yet. */
export function consider(request: WireRequest, instance: Instance, clock: World): Intent {
  const { action, name, query } = findPlace(request);
  if (action === undefined) return { answer: tomcatPage(404, `${request.path} is not there`) };
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

function findPlace({ method, path }: WireRequest): Place {
  const address = `${method} ${path}`;
  const known = placeByAddress.get(address);
  if (known) return known;
  const { segments, query } = readTarget(path) ?? { segments: [], query: new URLSearchParams() };
  const found = findEndpoint(method, segments, profiles);
  const place =
    found.kind === 'endpoint'
      ? { action: found.endpoint.action, name: found.name, query }
      : { action: undefined, name: '', query };
  placeByAddress.set(address, place);
  return place;
}

/** The page of a gateway, or of a portal that wants people to sign in; it repeats what it was sent, as some do. */
export function portalPage(status: number, repeated: string): HttpAnswer {
  const body = `<!doctype html><html><head><title>Gateway</title></head><body><p>Please sign in</p><pre>Authorization: Basic ${repeated}</pre></body></html>`;
  return { status, contentType: 'text/html;charset=utf-8', body };
}

/** A refusal in AutoSys's words behind a 200. */
export const complaint: HttpAnswer = text(200, 'CAUAJM_E_10032 The event was not sent.\n');

/** A one-off in the words in which its effects are counted; `undefined` for a state. */
export function nameOneOff(event: QueuedEvent | AutosysEvent): string | undefined {
  if (event.kind === 'SET_GLOBAL' || event.kind === 'CHANGE_STATUS') return undefined;
  const job = 'job' in event ? event.job : '';
  // The comment names the run and its status; the announcement it came by may be another one each time.
  return `${event.kind} ${job} for ${event.comment?.split(', event ', 1)[0]}`;
}
