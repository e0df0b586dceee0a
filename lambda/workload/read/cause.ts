import { saysNothing } from './reason.ts';

/**
 * Reduces the error or cause of an execution to error and message.
 *
 * After a failed `.sync` task the cause is the whole child as JSON, command and environment in clear: the Batch job, ECS
 * task, Glue job run, EMR step, CodeBuild build or nested execution, whose own cause may be JSON again (recordings of real
 * events). Only fields that are known to explain a failure are taken. JSON within a sentence is replaced by the same, or by
 * an ellipsis; a structure that cannot be parsed is removed with all that follows it. Reducing a reduced text changes nothing.
 *
 * @param text as AWS sends it; null and absent mean the same, also in answers of DescribeExecution
 * @returns one sentence, or `undefined` where nothing in the text explains the failure
 */
export function reduceCause(text: string | null | undefined): string | undefined {
  if (text == null) return undefined;
  const reduced = reduceText(text, deepest);
  return reduced === undefined ? undefined : removeStructures(reduced, 0) || undefined;
}

/** Executions within executions; more levels than this are not followed. */
const deepest = 12;

/** Fields that name an error, in lower case without `_`: Step Functions, Lambda, ECS, EMR, MediaConvert. */
const errorFields: ReadonlySet<string> = new Set([
  'error',
  'errortype',
  'errorcode',
  'code',
  'stopcode',
]);

/** Fields that hold a message, of the same services and of Batch, Glue, SageMaker, Athena and Kubernetes. */
const messageFields: ReadonlySet<string> = new Set([
  'cause',
  'errormessage',
  'failurereason',
  'message',
  'reason',
  'statechangereason',
  'statedetails',
  'statusmessage',
  'statusreason',
  'stoppedreason',
]);

/** Fields whose objects and lists may hold such fields. All others stay unread, whatever they are called. */
const innerFields: ReadonlySet<string> = new Set([
  ...errorFields,
  ...messageFields,
  'athenaerror',
  'attempts',
  'build',
  'cluster',
  'conditions',
  'container',
  'containers',
  'contexts',
  'eksattempts',
  'failuredetails',
  'initcontainers',
  'job',
  'jobrun',
  'phases',
  'queryexecution',
  'status',
  'step',
  'taskproperties',
  'tasks',
]);

interface Found {
  readonly errors: readonly string[];
  readonly messages: readonly string[];
}

const nothing: Found = { errors: [], messages: [] };

function reduceText(text: string, depth: number): string | undefined {
  if (depth === 0) return undefined;
  const trimmed = text.trim();
  const value = /^[[{"]/.test(trimmed) ? parse(trimmed) : undefined;
  if (typeof value === 'string') return reduceText(value, depth - 1);
  return value === undefined ? removeStructures(trimmed, depth) : toSentence(find(value, depth));
}

function toSentence({ errors, messages }: Found): string | undefined {
  const [error] = errors;
  const message = messages.find((one) => !saysNothing(one)) ?? messages[0];
  if (error === undefined || message === undefined) return error ?? message;
  return message.startsWith(error) ? message : `${error}: ${message}`;
}

/** What explains the failure, the fields of the outer object before those of inner ones. */
function find(value: unknown, depth: number): Found {
  if (depth === 0 || typeof value !== 'object' || value === null) return nothing;
  if (Array.isArray(value)) {
    // The newest attempt is the last one.
    return join(value.toReversed().map((item: unknown) => find(item, depth - 1)));
  }
  const fields = Object.entries(value).map(
    ([name, inner]: readonly [string, unknown]) =>
      [name.replaceAll('_', '').toLowerCase(), inner] as const,
  );
  const textsOf = (names: ReadonlySet<string>) =>
    fields.flatMap(([name, inner]) => {
      if (!names.has(name) || typeof inner !== 'string') return [];
      return reduceText(inner, depth - 1) || [];
    });
  const own = { errors: textsOf(errorFields), messages: textsOf(messageFields) };
  const inner = fields
    .filter(([name]) => innerFields.has(name))
    .map(([, field]) => find(field, depth - 1));
  return join([own, ...inner]);
}

function join(all: readonly Found[]): Found {
  return {
    errors: all.flatMap(({ errors }) => errors),
    messages: all.flatMap(({ messages }) => messages),
  };
}

/**
 * The start of a structure: an object, a list of texts or of structures, or what a program prints behind these words.
 * A single word in braces is a placeholder of a sentence, such as `/jobs/{id}`.
 */
const structure =
  /\{(?![\w.$-]{1,40}\})|\[\s*[[{"']|\b(?:environment|command)s?["']?\s*[:=]\s*[[({]/i;

function removeStructures(text: string, depth: number): string {
  const start = text.search(structure);
  if (start === -1) return text;
  const end = findEnd(text, start);
  const value = end === undefined ? undefined : parse(text.slice(start, end));
  if (end === undefined || value === undefined) return `${text.slice(0, start)}…`;
  const reduced = toSentence(find(value, depth)) ?? '…';
  // What was put in is reduced already, and holds no structure.
  return `${text.slice(0, start)}${reduced}${removeStructures(text.slice(end), depth)}`;
}

/** Where the brackets that open at the start are closed again, as in JSON. */
function findEnd(text: string, start: number): number | undefined {
  let open = 0;
  const brackets = /"(?:[^"\\]|\\.)*"|[[\]{}]/gs;
  brackets.lastIndex = start;
  for (let match = brackets.exec(text); match; match = brackets.exec(text)) {
    if (match[0].startsWith('"')) continue;
    open += match[0] === '{' || match[0] === '[' ? 1 : -1;
    if (open === 0) return match.index + 1;
  }
  return undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A sentence, or JSON that was cut off: the caller treats it as text.
    return undefined;
  }
}
