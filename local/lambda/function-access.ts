import type { InvokeStatement } from './invoke-policy.ts';

/** What a template says about the invocation of one function. */
export interface FunctionAccess {
  /** Stack name and logical id. */
  readonly functionId: string;
  readonly functionName: string;
  /** Without a qualifier. */
  readonly functionArn: string;
  /** Numbers of the published versions. */
  readonly versions: readonly string[];
  /** Number of the version, by the name of the alias. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Resource policies by the exact ARN of function, version or alias. */
  readonly policies: ReadonlyMap<string, readonly InvokeStatement[]>;
  /** @default - no limit of its own */
  readonly reservedConcurrency?: number;
}
