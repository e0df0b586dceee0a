/**
 * An error response of an embedded AWS service. An operation throws it; the server encodes it in
 * the protocol of the service.
 */
export class ServiceRefusal extends Error {
  override readonly name = 'ServiceRefusal';
  /** The name of the error in the API model, such as `ExecutionAlreadyExists`. */
  readonly code: string;
  /** HTTP status. @default - 400, or the status of a known error */
  readonly status: number;

  constructor(code: string, message: string, status?: number) {
    super(message);
    this.code = code;
    this.status = status ?? statusByCode[code] ?? 400;
  }
}

/** HTTP statuses other than 400 that are the same in all services. */
const statusByCode: Readonly<Record<string, number>> = {
  ServerException: 500,
  InternalFailure: 500,
  ServiceUnavailableException: 503,
  TooManyRequestsException: 429,
};

/** A member or an operation that the real service has and the embedded one has not. */
export class NotEmulatedRefusal extends ServiceRefusal {
  constructor(what: string) {
    super('UnknownOperationException', `${what} is not emulated by the embedded AWS`, 501);
  }
}
