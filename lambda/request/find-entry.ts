import { didYouMean } from '../../autosys/suggest.ts';
import type { RequestEntry } from '../routing/requests.ts';
import { RequestError } from './request-error.ts';

/**
 * The entry whose alias was invoked. Pure.
 *
 * Lambda does not tell a function who invoked it. The policy of the alias decides that, so an
 * invocation without an alias of an entry is refused, whatever the payload says.
 *
 * @param invokedFunctionArn of the invocation: with the alias, if one was invoked
 * @throws {RequestError} `AutoSys.NotAllowed`
 */
export function findRequestEntry(
  invokedFunctionArn: string,
  entries: readonly RequestEntry[],
): RequestEntry {
  // arn:PARTITION:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]
  const qualifier = invokedFunctionArn.split(':')[7];
  const names = entries.map(({ name }) => name);
  const entry = entries.find(({ name }) => name === qualifier);
  if (entry !== undefined) return entry;
  const allowed =
    names.length === 0
      ? 'the route file has no entry in requests'
      : `allowed: the alias of an entry in requests of the route file, ${names.join(', ')}`;
  throw new RequestError('AutoSys.NotAllowed', `${describe(qualifier, names)}; ${allowed}`);
}

function describe(qualifier: string | undefined, names: readonly string[]): string {
  if (qualifier === undefined || qualifier === '') {
    return 'the function was invoked without an alias';
  }
  if (qualifier === '$LATEST' || /^\d+$/.test(qualifier)) {
    return `the function was invoked by its version ${qualifier}`;
  }
  const shown = qualifier.slice(0, 64);
  return `the alias "${shown}" is no entry of requests${didYouMean(shown, names)}`;
}
