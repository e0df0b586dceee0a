import { randomUUID } from 'node:crypto';
import type { WorkloadService } from './operation.ts';
import type { ServiceRefusal } from './refusal.ts';

/** An HTTP response. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** AWS JSON 1.0, AWS JSON 1.1 and REST JSON. */
const contentTypes: Readonly<Record<WorkloadService, string>> = {
  states: 'application/x-amz-json-1.0',
  logs: 'application/x-amz-json-1.1',
  batch: 'application/json',
};

/** The namespaces of errors in AWS JSON, as real answers of Step Functions have them. */
const coralNamespaces: Readonly<Record<string, string>> = {
  ValidationException: 'com.amazon.coral.validate',
  AccessDeniedException: 'com.amazon.coral.service',
  SerializationException: 'com.amazon.coral.service',
  UnknownOperationException: 'com.amazon.coral.service',
  ThrottlingException: 'com.amazon.coral.availability',
};
const statesNamespace = 'com.amazonaws.swf.service.v2.model';

/** Encodes a response in the protocol of its service. */
export function toWireAnswer(service: WorkloadService, body: object): WireAnswer {
  return { status: 200, headers: toHeaders(service, randomUUID()), body: JSON.stringify(body) };
}

/** Encodes an error response in the protocol of its service. */
export function toWireError(service: WorkloadService, refusal: ServiceRefusal): WireAnswer {
  const { code, message, status } = refusal;
  const requestId = randomUUID();
  const headers = toHeaders(service, requestId);
  if (service !== 'batch') {
    const body = JSON.stringify({ __type: toErrorType(service, code), message });
    return { status, headers, body };
  }
  const isFramed = message.startsWith('Error executing request');
  const body = { message: isFramed ? `${message}, RequestId: ${requestId}` : message };
  return {
    status: code === 'AccessDeniedException' ? 403 : status,
    headers: { ...headers, 'x-amzn-errortype': code },
    body: JSON.stringify(body),
  };
}

function toHeaders(service: WorkloadService, requestId: string) {
  return { 'content-type': contentTypes[service], 'x-amzn-requestid': requestId };
}

function toErrorType(service: WorkloadService, code: string): string {
  if (service === 'logs') return code;
  return `${coralNamespaces[code] ?? statesNamespace}#${code}`;
}
