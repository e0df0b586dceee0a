import type { Lambda } from '@aws-sdk/client-lambda';

const path = '/aliases/';

/** Address of the function host for the invocations by an alias. @param url ends with a slash */
export function toAliasUrl(url: string, alias: string): string {
  return new URL(`${path}${alias}`, url).href;
}

/** Reads the alias from the path of a request to the function host. */
export function readAlias(url: string | undefined): string | undefined {
  return url?.startsWith(path) ? url.slice(path.length) : undefined;
}

/**
 * Lets each alias of a function lead to a version of its own, with variables of its own. Changes the
 * variables of the function itself: set them afterwards.
 *
 * A version keeps the variables with which it was published, so the deployed one knows no function
 * host. MiniStack also names the version, not the alias, when Step Functions invokes an alias
 * (`gaps.ts`).
 */
export async function leadAliases(
  lambda: Lambda,
  functionName: string,
  toVariables: (alias: string) => Readonly<Record<string, string>>,
): Promise<void> {
  const { Aliases = [] } = await lambda.listAliases({ FunctionName: functionName });
  for (const { Name = '' } of Aliases) {
    await lambda.updateFunctionConfiguration({
      FunctionName: functionName,
      Environment: { Variables: toVariables(Name) },
    });
    const { Version } = await lambda.publishVersion({ FunctionName: functionName });
    await lambda.updateAlias({ FunctionName: functionName, Name, FunctionVersion: Version });
  }
}
