import { patternComplexity, patternSize } from '../../event-pattern/index.ts';
import { compilePattern } from '../../event-pattern/pattern.ts';
import type { Cloud } from './cloud.ts';

/** A pattern with three state machines by name, with a complexity of 12. EventBridge accepts 10. */
const complex = {
  detail: {
    stateMachineArn: ['settlement', 'fx-rates', 'risk'].flatMap((name) => [
      { suffix: `:stateMachine:${name}` },
      { wildcard: `*:stateMachine:${name}:*` },
    ]),
  },
};

const long = { source: ['x'.repeat(2_100 - '{"source":[""]}'.length)] };

/** True when a rule with a too complex pattern is rejected. */
export async function rejectsComplexPatterns(cloud: Cloud): Promise<boolean> {
  if (patternComplexity(compilePattern(complex)) !== 12)
    throw new Error('expected a complexity of 12');
  return await isRefused(cloud, complex);
}

/** True when a rule with a pattern of 2,100 characters is rejected. */
export async function rejectsLongPatterns(cloud: Cloud): Promise<boolean> {
  if (patternSize(long) !== 2_100) throw new Error('expected 2,100 characters');
  return await isRefused(cloud, long);
}

/** True when rule 301 of a bus is rejected. */
export async function limitsRules({ eventBridge }: Cloud): Promise<boolean> {
  const EventBusName = 'gap-rules';
  await eventBridge.createEventBus({ Name: EventBusName });
  const put = (at: number) =>
    eventBridge.putRule({
      Name: `gap-${at}`,
      EventBusName,
      EventPattern: JSON.stringify({ source: [`gap.${at}`] }),
    });
  for (let at = 1; at <= 300; at += 1) await put(at);
  return await put(301).then(
    () => false,
    () => true,
  );
}

async function isRefused({ eventBridge }: Cloud, pattern: unknown): Promise<boolean> {
  return await eventBridge
    .putRule({ Name: 'gap-pattern', EventPattern: JSON.stringify(pattern) })
    .then(
      () => false,
      () => true,
    );
}
