import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LocalClock } from '../clock.ts';
import { toWorkloadArn, type WorkloadLocation } from './arns.ts';
import { type CallFault, type CallFaults, toFaultRefusal } from './call-faults.ts';
import type { RequiredPermission, WorkloadOperation, WorkloadService } from './operation.ts';
import { waitForPlanned } from './planned-time.ts';
import { NotEmulatedRefusal, ServiceRefusal } from './refusal.ts';
import type { WorkloadSettings } from './settings.ts';
import { isRecord } from './shape.ts';
import { toWireAnswer, toWireError, type WireAnswer } from './wire.ts';

type Body = Readonly<Record<string, unknown>>;

/** What the server needs. */
export interface WorkloadServerDeps {
  readonly operations: ReadonlyMap<string, WorkloadOperation>;
  readonly clock: LocalClock;
  readonly location: WorkloadLocation;
  readonly settings: () => WorkloadSettings;
  readonly faults: CallFaults;
  /** Aborted when the server stops. */
  readonly signal: AbortSignal;
  /** Called for each call of an operation, whatever its answer. */
  readonly onCall: (operation: string) => void;
  /** Called for each request that is not emulated. */
  readonly onUnknown: (request: string) => void;
}

/** Answers one HTTP request of any of the services. */
export type ServeWorkloadRequest = (
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<void>;

/**
 * Binds the protocols to the operations. A request is counted, then it meets its fault, then it is
 * checked and carried out.
 */
export function createWorkloadServer(deps: WorkloadServerDeps): ServeWorkloadRequest {
  const { operations, clock, signal } = deps;
  return async function serveWorkloadRequest(request, response) {
    const body = await readBody(request);
    // The client went away before it had sent its request.
    if (body === undefined) return;
    const target = String(request.headers['x-amz-target'] ?? `${request.method} ${request.url}`);
    const operation = operations.get(target);
    if (operation === undefined) return send(response, refuseUnknown(deps, target));
    deps.onCall(operation.name);
    const fault = toFault(deps, operation, body);
    if (fault?.kind === 'loseRequest') return void request.socket.destroy();
    if (fault?.kind === 'delay') {
      await waitForPlanned(fault.ms, clock, signal).catch(() => {});
      if (signal.aborted) return;
    }
    const answer = answerCall(deps, operation, { body, fault });
    if (fault?.kind === 'loseAnswer') return void request.socket.destroy();
    send(response, answer);
  };
}

function toFault(
  { faults, settings }: WorkloadServerDeps,
  { name }: WorkloadOperation,
  body: string,
): CallFault | undefined {
  const parsed = parseBody(body);
  const request = parsed instanceof ServiceRefusal ? {} : parsed;
  return faults.take(name) ?? settings().callFault?.({ operation: name, request });
}

function answerCall(
  deps: WorkloadServerDeps,
  operation: WorkloadOperation,
  { body, fault }: { readonly body: string; readonly fault: CallFault | undefined },
): WireAnswer {
  const { service } = operation;
  try {
    if (fault?.kind === 'refuse') throw toFaultRefusal(fault);
    const request = parseBody(body);
    if (request instanceof ServiceRefusal) throw request;
    const allow = (permission: RequiredPermission) => requirePermission(deps, service, permission);
    return toWireAnswer(service, operation.serve(request, allow));
  } catch (error) {
    if (!(error instanceof ServiceRefusal)) return toInternalFailure(service, error);
    if (error instanceof NotEmulatedRefusal) deps.onUnknown(error.message);
    return toWireError(service, error);
  }
}

/** A callback of the test has thrown: the caller gets an answer, and the test run the error. */
function toInternalFailure(service: WorkloadService, error: unknown): WireAnswer {
  void Promise.reject(error);
  return toWireError(service, new ServiceRefusal('InternalFailure', 'internal failure'));
}

/** @throws {ServiceRefusal} `AccessDeniedException` in the words of IAM */
function requirePermission(
  { settings, location }: WorkloadServerDeps,
  service: WorkloadService,
  { action, resource, tags = {} }: RequiredPermission,
): void {
  const { authorize, callerArn } = settings();
  if (authorize === undefined || authorize(action, resource, tags)) return;
  const user = callerArn ?? toWorkloadArn('sts', location, 'assumed-role/caller/session');
  const where = resource === '*' ? '' : ` on resource: ${resource}`;
  throw new ServiceRefusal(
    'AccessDeniedException',
    `User: ${user} is not authorized to perform: ${action}${where} because no identity-based policy allows the ${action} action`,
    service === 'batch' ? 403 : 400,
  );
}

function refuseUnknown({ onUnknown, operations }: WorkloadServerDeps, target: string): WireAnswer {
  onUnknown(target);
  const known = [...operations.values()].map(({ name }) => name).join(', ');
  const message = `found ${target}, supported: ${known}`;
  const isBatch = target.includes(' /v1/');
  const refusal = new ServiceRefusal('UnknownOperationException', message);
  return toWireError(isBatch ? 'batch' : 'states', refusal);
}

function parseBody(text: string): Body | ServiceRefusal {
  try {
    const parsed: unknown = JSON.parse(text || '{}');
    if (isRecord(parsed)) return parsed;
  } catch {
    // The refusal below says so.
  }
  return new ServiceRefusal('SerializationException', 'request: found no JSON object');
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { status, headers, body }: WireAnswer): void {
  response.writeHead(status, headers);
  response.end(body);
}
