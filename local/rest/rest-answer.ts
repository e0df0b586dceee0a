/** An answer of the front. */
export interface RestAnswer {
  readonly status: number;
  /** In the order in which they are sent; a name may be repeated. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}
