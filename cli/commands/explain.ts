import { parseProfile } from '../../autosys/client/index.ts';
import { createRouteIndex, type InstanceConfig } from '../../lambda/routing/routes.ts';
import { toMatchedRoutes, toSourceRoutes } from '../../lambda/routing/target-routes.ts';
import { defineCommand } from '../command.ts';
import { readConfig } from '../config.ts';
import { CommandLineError, exitCodes } from '../exit-code.ts';
import { createExplain, type Explanation } from '../explain/explain-event.ts';
import { findEvents } from '../explain/find-events.ts';
import { printExplanation } from '../explain/print-explanation.ts';
import { readSource } from '../files.ts';
import { createPaint, printJson, printLines, printNotes } from '../render.ts';

/**
 * `explain`: prints what the bridge would send to AutoSys for each event, and why. Sends nothing.
 */
export const explain = defineCommand({
  name: 'explain',
  summary: 'prints what the bridge would send for AWS events, and why; sends nothing',
  options: {
    config: { type: 'string', value: 'FILE', about: 'route file, such as bridge.yaml' },
    event: {
      type: 'string',
      value: 'FILE',
      multiple: true,
      about: 'file with EventBridge events; - for stdin',
    },
  },
  usage: '--config FILE --event FILE|- [options]',
  notes: [
    'FILE contains one event, an array of events, one event per line, or several events one after the other. Queue messages ({ "Records": [{ "body": … }] } and the output of aws sqs receive-message) and SNS notifications are unpacked.',
    'Ends with 1 if an event is invalid or produces an effect that cannot be sent; the other events are still explained. Environment variables of Batch events are never printed.',
    'Each event is evaluated at its own time. If the bridge would park it now, because it is older than the deadline of its instance or comes from an archive replay, an extra line says so.',
  ],
  examples: [
    'explain --config bridge.yaml --event event.json',
    'explain --config bridge.yaml --event - --json < dead-letters.json',
  ],
  run: async ({ options, json, io }) => {
    if (options.config === undefined || options.event.length === 0) {
      throw new CommandLineError('explain', [
        ...(options.config === undefined ? ['--config: missing, give the route file'] : []),
        ...(options.event.length === 0
          ? ['--event: missing, give a file with events, or - for stdin']
          : []),
      ]);
    }
    const { config } = await readConfig(io, options.config);
    const instances = new Map(config.instances.map((instance) => [instance.name, instance]));
    const explainFound = createExplain({
      index: createRouteIndex(toMatchedRoutes(config)),
      requests: config.requests,
      accounts: config.accounts,
      regions: toSourceRoutes(config).flatMap(({ from }) => from.regions ?? []),
      wireOf: (name) => toInstanceWire(instances.get(name)),
      agePolicyOf: (name) => instances.get(name),
      now: () => io.clock.now(),
    });
    const explanations: Explanation[] = [];
    for (const path of options.event) {
      const found = findEvents(await readSource(io, path));
      if (found.length === 0) printNotes(io, [`${path}: no event found`], json);
      explanations.push(...found.map(explainFound));
    }
    if (json) {
      printJson(io.stdout, { events: explanations, counts: countOutcomes(explanations) });
    } else {
      const paint = createPaint(io.stdout, io.env);
      for (const explanation of explanations) {
        printLines(io.stdout, [...printExplanation(explanation, paint), '']);
      }
      printLines(io.stderr, [formatCounts(countOutcomes(explanations))]);
    }
    return explanations.some(hasFault) ? exitCodes.rejected : exitCodes.done;
  },
});

/**
 * True for an invalid event, and for one whose effect cannot be sent: the effect is invalid, or the
 * wire profile has no request for it.
 */
function hasFault(explanation: Explanation): boolean {
  if (explanation.outcome !== 'matched') return explanation.outcome === 'invalid';
  return explanation.actions.some((one) => !one.valid || one.request === undefined);
}

function toInstanceWire(instance: InstanceConfig | undefined) {
  const [endpoint] = instance?.endpoints ?? [];
  if (!instance || endpoint === undefined) return undefined;
  return { profile: parseProfile(instance.profile), endpoint };
}

type Counts = Readonly<Record<Explanation['outcome'], number>>;

function countOutcomes(explanations: readonly Explanation[]): Counts {
  const counts = { matched: 0, ignored: 0, invalid: 0 };
  for (const { outcome } of explanations) counts[outcome] += 1;
  return counts;
}

function formatCounts({ matched, ignored, invalid }: Counts): string {
  const total = matched + ignored + invalid;
  const events = total === 1 ? '1 event' : `${total} events`;
  return `${events}: ${matched} matched, ${ignored} ignored, ${invalid} invalid; nothing was sent`;
}
