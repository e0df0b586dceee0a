import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leaveOut } from './assembly.ts';
import { breakDown, replayDeadLetters } from './dead-letters.ts';
import { putSecret, repeatAnnouncement, runGatedJob } from './first-night.ts';
import { unknownTypes } from './gaps.ts';
import { recoverEnd, withholdEnd } from './lost-announcement.ts';
import { beginOutage, endOutage } from './outage.ts';
import { remove } from './removal.ts';
import { addRoutes, changeRoutes, rollBack } from './route-change.ts';
import { type Stage, setStage } from './stage.ts';
import { Telling } from './telling.ts';

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
  await tell(stage);
  telling.conclude();
} catch (error) {
  telling.fail(error, stage);
  process.exitCode = 1;
}
await stopping.disposeAsync();

/** What a platform team does, in the order in which it does it. */
async function tell(stage: Stage): Promise<void> {
  const { toolkit, host, site } = stage;
  await telling.step('cdk bootstrap', () => toolkit.bootstrap());
  const synth = async (config: string) => {
    const assembly = await telling.step('cdk synth', () => toolkit.synth(config));
    const left = leaveOut(assembly, unknownTypes);
    if (left.length > 0) telling.note(`not deployed, unknown to the emulator: ${left.join(', ')}`);
    return assembly;
  };
  const first = await synth(site.config);
  await telling.step('cdk deploy', () => toolkit.deploy(first));
  await telling.step("the functions run under AWS's runtime client", () => host.takeOver());
  await telling.step('the login is put into Secrets Manager', () => putSecret(stage));
  await telling.step('an execution ends, the AutoSys job that waited for it runs', () =>
    runGatedJob(stage),
  );
  await telling.step('an announcement comes three times, the job it starts runs once', () =>
    repeatAnnouncement(stage),
  );
  const second = await synth(addRoutes(stage));
  await telling.step(
    'cdk deploy with more routes: rules, functions and their permissions change',
    () => changeRoutes(stage, second),
  );
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
  const broken = await synth(site.config);
  await telling.step('cdk deploy of a broken change: rolled back, goes on as before', () =>
    rollBack(stage, broken),
  );
  await telling.step('the scheduled sweep has asked AWS how it ended', () => recoverEnd(stage));
  const left = await telling.step('cdk destroy', () => remove(stage, second));
  telling.note(`left behind: ${left.join(', ')}`);
}
