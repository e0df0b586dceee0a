import { createReadCallerArn } from '../../lambda/aws/caller-identity.ts';
import type { Options } from '../command.ts';
import { CommandLineError, UnknownCallerError } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { createProxyAgent } from '../proxy.ts';

/** The option for the reason of a change. It is stored in the history of the entry. */
export const noteOption = {
  note: {
    type: 'string',
    value: 'TEXT',
    about: 'why, for the history of the entry',
  },
} as const satisfies Options;

const maxNoteLength = 200;

/**
 * Reads `--note`.
 *
 * @throws {CommandLineError} if it is missing, empty, too long, or not one line of text
 */
export function readNote(command: string, given: string | undefined): string {
  const note = given?.trim() ?? '';
  const isValid = note.length <= maxNoteLength && !/[\p{Cc}\p{Cf}]/u.test(note);
  if (note !== '' && isValid) return note;
  const found = given === undefined ? 'none' : JSON.stringify(given.slice(0, 40));
  throw new CommandLineError(command, [
    `--note: expected 1 to ${maxNoteLength} characters without control characters, found ${found}`,
  ]);
}

/**
 * The ARN of the operator, for the history: STS knows who has these AWS credentials. A user name of
 * the host would prove nothing.
 *
 * @throws {UnknownCallerError} if STS does not answer with one. Then nothing may be changed
 */
export async function readOperator(
  command: string,
  io: Pick<Io, 'env' | 'signal'>,
): Promise<string> {
  const readCallerArn = createReadCallerArn(createProxyAgent(command, io.env));
  const answer = await readCallerArn(io.signal);
  if (answer.kind === 'found') return answer.arn;
  throw new UnknownCallerError({
    isRejected: answer.kind === 'denied',
    reason: `${answer.kind}, ${answer.reason}`,
  });
}
