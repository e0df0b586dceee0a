import { NotEmulatedRefusal, ServiceRefusal } from './refusal.ts';
import { describeViolations, type Shape, type Violation } from './shape.ts';

/** The service of an operation: its prefix in IAM actions. */
export type WorkloadService = 'states' | 'batch' | 'logs';

type Body = Readonly<Record<string, unknown>>;

/** What IAM must allow before an operation is carried out. */
export interface RequiredPermission {
  /** Such as `states:StartExecution`. */
  readonly action: string;
  /** An ARN, or `*` for an action without resource-level permissions. */
  readonly resource: string;
  /** Tags of the request, or of the resource if the request has none. @default - no tags */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** An operation of a service, ready to be called. */
export interface WorkloadOperation {
  readonly service: WorkloadService;
  /** Its name in the API model. */
  readonly name: string;
  /**
   * Checks a request in the order of AWS and carries it out: members and constraints, permissions
   * (`allow` throws), then the state of the service.
   *
   * @returns the body of the response
   * @throws {ServiceRefusal} for a request that the service refuses
   */
  serve(body: Body, allow: (permission: RequiredPermission) => void): object;
}

/** An operation as its file declares it. */
export interface OperationDeclaration<Request> {
  readonly service: WorkloadService;
  readonly name: string;
  readonly request: Shape<Request>;
  /** Members of the API model that the embedded service refuses. @default - none */
  readonly notEmulated?: readonly string[];
  permissions(request: Request): readonly RequiredPermission[];
  /** Carries out a valid request. @param body the request as received */
  run(request: Request, body: Body): object;
}

/** Binds the checks of a request to its operation. */
export function defineOperation<Request>(
  declaration: OperationDeclaration<Request>,
): WorkloadOperation {
  const { service, name, request, notEmulated = [] } = declaration;
  return {
    service,
    name,
    serve(body, allow) {
      const violations: Violation[] = [];
      const checked = request.read(body, '', violations);
      if (violations.length > 0) throw refuseViolations(service, violations);
      const beyond = notEmulated.find((member) => body[member] !== undefined);
      if (beyond !== undefined) throw new NotEmulatedRefusal(`${name}, ${beyond}`);
      for (const permission of declaration.permissions(checked)) allow(permission);
      return declaration.run(checked, body);
    },
  };
}

/** Each service has its own error for a request outside of its API model. */
function refuseViolations(
  service: WorkloadService,
  violations: readonly Violation[],
): ServiceRefusal {
  const message = describeViolations(violations);
  if (service === 'batch') return toClientException(message);
  const code = service === 'states' ? 'ValidationException' : 'InvalidParameterException';
  return new ServiceRefusal(code, message);
}

/**
 * The error of AWS Batch for a request that it does not accept. The frame of the message is that of
 * real answers (getmoto/moto#6470, pegasus-isi/pegasus#2086); it names the request id, which the
 * server adds.
 */
export function toClientException(reason: string): ServiceRefusal {
  return new ServiceRefusal('ClientException', `Error executing request, Exception : ${reason}`);
}
