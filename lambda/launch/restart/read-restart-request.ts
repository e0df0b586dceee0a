import { type RestartRequest, restartWays } from '../api.ts';
import { toInvalidInput } from '../api-error.ts';
import { checkFields } from '../check-fields.ts';

const restartFields = {
  how: 'text',
  params: 'texts',
  input: 'any',
  launchId: 'text',
} as const satisfies Record<keyof RestartRequest, string>;

/**
 * The request to restart a run, checked for its shape.
 *
 * @param isPlan whether nothing is started; else the request needs an id, so that a repeated one is
 * the same
 * @param isFromNewer whether unknown fields are ignored
 * @throws {ApiError} 400 with all faults
 */
export function readRestartRequest(
  given: Readonly<Record<string, unknown>>,
  { isPlan, isFromNewer }: { readonly isPlan: boolean; readonly isFromNewer: boolean },
): RestartRequest {
  const { fields, faults } = checkFields(given, restartFields, isFromNewer);
  const { how, launchId } = fields;
  if (how !== undefined && !restartWays.some((one) => one === how)) {
    faults.push({ path: 'how', message: `allowed: ${restartWays.join(', ')}` });
  }
  if (launchId === undefined && !isPlan) {
    const message = 'is missing; it shows that a repeated request is the same one';
    faults.push({ path: 'launchId', message });
  }
  if (faults.length > 0) throw toInvalidInput(faults);
  return fields as RestartRequest;
}
