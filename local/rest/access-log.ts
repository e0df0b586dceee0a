import type { JsonObject } from '../template-error.ts';
import { findContextValue } from './request-context.ts';

/**
 * One line of the access log.
 *
 * A variable without a value is `-` (developer guide, "Set up CloudWatch logging for REST APIs").
 *
 * @param format text with `$context` variables
 */
export function formatAccessLog(format: string, context: JsonObject): string {
  return format.replace(/\$context\.([\w.]*\w)/g, (_, path: string) => {
    return findContextValue(context, path) ?? '-';
  });
}
