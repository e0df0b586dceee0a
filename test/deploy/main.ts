import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leaveOut } from './assembly.ts';
import { breakDown, replayDeadLetters } from './dead-letters.ts';
import { putSecret, repeatAnnouncement, runGatedJob } from './first-night.ts';
import { sayUnknown } from './gap-template.ts';
import { findGaps } from './gaps.ts';
import { recoverEnd, withholdEnd } from './lost-announcement.ts';
import { beginOutage, endOutage } from './outage.ts';
import { remove } from './removal.ts';
import { addRoutes, changeRoutes, rollBack } from './route-change.ts';
import { type Stage, setStage } from './stage.ts';
import { Telling } from './telling.ts';

/**
 * Does what a platform team does, with the CDK's own command line tool, in an AWS that MiniStack emulates on loopback:
 * `npm run test:deploy`.
 *
 * The deployed bundles run under AWS's own runtime client against an embedded AutoSys on HTTPS. What MiniStack does not do,
 * and what therefore is not proven here, is listed in `gaps.ts`; the run fails when one of these gaps closes. No claim about
 * permissions, encryption, alarms, rotation, network or the speed of AWS is made from it.
 *
 * Needs Python 3.10 or newer, and a package index in the first run. Ends with 1 when a step fails, with the ends of all logs.
 */
const telling = new Telling();
const directory = mkdtempSync(join(tmpdir(), 'deploy-'));
const stopping = new AsyncDisposableStack();
stopping.defer(() => rmSync(directory, { recursive: true, force: true }));

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    telling.fail(new Error(`stopped by ${signal}`));
    void stopping.disposeAsync().finally(() => process.exit(1));
  });
}

let stage: Stage | undefined;
try {
  stage = stopping.use(await setStage(directory, telling));
  await begin(stage);
  await change(stage);
  telling.conclude();
} catch (error) {
  telling.fail(error, stage);
  process.exitCode = 1;
}
await stopping.disposeAsync();

/** The first day: an account that has nothing, a deploy, a night. */
async function begin(stage: Stage): Promise<void> {
  const { toolkit, host, site } = stage;
  await telling.step('cdk bootstrap', () => toolkit.bootstrap());
  const assembly = await synth(stage, site.config);
  await telling.step('cdk deploy', () => toolkit.deploy(assembly));
  await telling.step("the functions run under AWS's runtime client", () => host.takeOver());
  await telling.step('the login is put into Secrets Manager', () => putSecret(stage));
  await telling.step('an execution ends, the AutoSys job that waited for it runs', () =>
    runGatedJob(stage),
  );
  await telling.step('an announcement comes three times, the job it starts runs once', () =>
    repeatAnnouncement(stage),
  );
}

/** What goes wrong, begun together, as the sweep comes once a minute. */
async function suffer(stage: Stage): Promise<void> {
  await telling.step('an execution ends and AWS does not say so', () => withholdEnd(stage));
  await telling.step('AutoSys is down, what ends meanwhile is due in the ledger', () =>
    beginOutage(stage),
  );
  await telling.step('a broken function and a poison message: dead letters', () =>
    breakDown(stage),
  );
  await telling.step('repaired and replayed: told, the poison is a dead letter again', () =>
    replayDeadLetters(stage),
  );
  await telling.step('AutoSys is back, the scheduled sweep has told it', () => endOutage(stage));
}

/** Upgrades, good and bad, and the end. */
async function change(stage: Stage): Promise<void> {
  const grown = await synth(stage, addRoutes(stage, 'is over'));
  await telling.step('cdk deploy of more routes: rules, functions, permissions change', () =>
    changeRoutes(stage, grown),
  );
  await suffer(stage);
  const broken = await synth(stage, addRoutes(stage, 'has ended'));
  await telling.step('cdk deploy of a broken change: rolled back, goes on as before', () =>
    rollBack(stage, broken),
  );
  await telling.step('the scheduled sweep has asked AWS how it ended', () => recoverEnd(stage));
  await telling.step('what MiniStack does not do is still what gaps.ts says', async () =>
    findGaps(stage.cloud, stage.ministack.url),
  );
  const left = await telling.step('cdk destroy', () => remove(stage, grown));
  telling.note(`left behind: ${left.join(', ')}`);
}

async function synth({ toolkit }: Stage, config: string): Promise<string> {
  const assembly = await telling.step('cdk synth', () => toolkit.synth(config));
  const left = leaveOut(assembly, sayUnknown);
  if (left.length > 0) telling.note(`not deployed, unknown to MiniStack: ${left.join(', ')}`);
  return assembly;
}
