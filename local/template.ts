import { readAssembly } from './assembly.ts';
import { readFunctionAccess } from './lambda/read-function-access.ts';
import { readRestApis } from './rest/read-rest-apis.ts';
import { findRestLeftOut } from './rest/rest-left-out.ts';
import { StackReader } from './stack-reader.ts';
import { TemplateError } from './template-error.ts';
import { type TemplateLocation, TemplateValues } from './template-values.ts';
import type { WiredMapping, Wiring } from './wiring.ts';

/**
 * Reads the wiring of a synthesized CDK app: rules to queues to functions, the tables of the
 * functions, and the REST APIs.
 *
 * @param directory the cloud assembly, such as `cdk.out`
 * @param location the emulated account and Region
 * @throws {TemplateError} for a queue, rule, function, mapping, table or REST API with settings that
 * are not emulated
 */
export function readWiring(directory: string, location: TemplateLocation): Wiring {
  const stacks = readAssembly(directory);
  const parts = stacks.map((stack) => new StackReader(stack, location).read());
  const wiring = {
    queues: parts.flatMap(({ queues }) => queues),
    rules: parts.flatMap(({ rules }) => rules),
    schedules: parts.flatMap(({ schedules }) => schedules),
    functions: parts.flatMap(({ functions }) => functions),
    mappings: parts.flatMap(({ mappings }) => mappings),
    tables: parts.flatMap(({ tables }) => tables),
    restApis: stacks.flatMap((stack) =>
      readRestApis(stack, new TemplateValues(stack, location), location),
    ),
    access: stacks.flatMap((stack) =>
      readFunctionAccess(stack, new TemplateValues(stack, location)),
    ),
    leftOut: [...parts.flatMap(({ leftOut }) => leftOut), ...stacks.flatMap(findRestLeftOut)],
  };
  for (const mapping of wiring.mappings) checkMapping(mapping, wiring);
  return wiring;
}

/** Lambda refuses a mapping if its function may run longer than the queue hides a message. */
function checkMapping({ id, functionId, queueId }: WiredMapping, wiring: Wiring): void {
  const target = wiring.functions.find((one) => one.id === functionId);
  const queue = wiring.queues.find((one) => one.id === queueId);
  if (!target || !queue) {
    const omission = wiring.leftOut.find((one) => one.id === functionId);
    const found = `${functionId}, which is not emulated: ${omission?.reason}`;
    throw new TemplateError(id, { found, allowed: 'a function on nodejs24.x' });
  }
  if (queue.visibilityTimeoutMs < target.timeoutMs) {
    const found = `${queue.name} hides a message for ${queue.visibilityTimeoutMs} ms`;
    const allowed = `at least the ${target.timeoutMs} ms that ${target.name} may run`;
    throw new TemplateError(id, { found, allowed });
  }
}
