import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leaveOut } from './assembly.ts';
import { breakDown, replayDeadLetters } from './dead-letters.ts';
import { putSecret, repeatEvent, runWaitingJob } from './first-executions.ts';
import { sayUnknown } from './gap-template.ts';
import { findGaps } from './gaps.ts';
import {
  createStack,
  createTemplateBucket,
  deleteStack,
  upgradeStack,
  uploadPackage,
} from './hand-over.ts';
import {
  killLaunchJob,
  openLaunchApi,
  refuseRequests,
  restartLaunch,
  runLaunchJobs,
} from './launch.ts';
import { loadMirroredJobs, refuseMirroredLaunches, runMirroredLaunches } from './launch-mirror.ts';
import { recoverEnd, withholdEnd } from './lost-event.ts';
import { readNightPage } from './night.ts';
import { beginOutage, endOutage } from './outage.ts';
import { remove } from './removal.ts';
import { askAutosys, continueExecutions, refuseCallers } from './requests.ts';
import { addRoutes, changeRoutes, rollBack } from './route-change.ts';
import { StepPrinter } from './step-printer.ts';
import { startTestSystem, type TestSystem } from './test-system.ts';

/**
 * Deploys the bridge as a platform team does, with the CDK command line tool, to an AWS that
 * MiniStack emulates on loopback: `npm run test:deploy`. The deployed bundles run under the runtime
 * client of AWS against an embedded AutoSys over HTTPS, whose jobs run the built command against the
 * deployed launch API. Executions with the definitions of the documentation run AutoSys jobs.
 *
 * `gaps.ts` lists what MiniStack does not do and this test therefore does not prove. The run fails
 * when one of these gaps closes. It proves nothing about permissions, encryption, alarms, rotation,
 * network or the speed of AWS.
 *
 * Needs Python 3.10 or newer, and a package index on the first run. Exits with 1 when a step fails,
 * with the last lines of all logs.
 */
const steps = new StepPrinter();
const directory = mkdtempSync(join(tmpdir(), 'deploy-'));
const stopping = new AsyncDisposableStack();
stopping.defer(() => rmSync(directory, { recursive: true, force: true }));

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    steps.fail(new Error(`stopped by ${signal}`));
    void stopping.disposeAsync().finally(() => process.exit(1));
  });
}

let system: TestSystem | undefined;
try {
  system = stopping.use(await startTestSystem(directory, steps));
  await begin(system);
  await ask(system);
  await launch(system);
  await change(system);
  await handOver(system);
  steps.conclude();
} catch (error) {
  steps.fail(error, system);
  process.exitCode = 1;
}
await stopping.disposeAsync();

/** First deploy to an empty account, and the first executions. */
async function begin(system: TestSystem): Promise<void> {
  const { toolkit, host, site } = system;
  await steps.step('cdk bootstrap', () => toolkit.bootstrap());
  const assembly = await synth(system, site.config);
  await steps.step('cdk deploy', () => toolkit.deploy(assembly));
  await steps.step("the functions run under AWS's runtime client", () => host.takeOver());
  await steps.step('the login is stored in Secrets Manager', () => putSecret(system));
  await steps.step('an execution ends, the waiting AutoSys job runs', () => runWaitingJob(system));
  await steps.step('an event arrives three times, its job runs once', () => repeatEvent(system));
}

/** AWS asks AutoSys. The answers come while the next steps run. */
async function ask(system: TestSystem): Promise<void> {
  await steps.step('executions ask AutoSys, their jobs run', () => askAutosys(system));
  await steps.step('callers that may not ask are refused', () => refuseCallers(system));
}

/** AutoSys starts AWS work, waits for it and stops it. */
async function launch(system: TestSystem): Promise<void> {
  await steps.step('the logins of the launch API are stored', () => openLaunchApi(system));
  await steps.step('API Gateway refuses requests in the form of the launch API', () =>
    refuseRequests(system),
  );
  await steps.step('AutoSys jobs run the command, executions end them with their exit codes', () =>
    runLaunchJobs(system),
  );
  await steps.step('a failed run is planned, and restarted under the next name', () =>
    restartLaunch(system),
  );
  await steps.step('the JIL that jil-for prints is loaded', () => loadMirroredJobs(system));
  await steps.step('AWS refuses launches whose job does not wait: their mirrors fail', () =>
    refuseMirroredLaunches(system),
  );
  // Before the next step, which looks for its own readings of AutoSys.
  await steps.step('the executions continue with the exit codes of their jobs, or fail', () =>
    continueExecutions(system),
  );
  await steps.step('launch jobs end at once, and AutoSys shows their runs until the end', () =>
    runMirroredLaunches(system),
  );
  await steps.step('KILLJOB: the run and the child that it started are stopped', () =>
    killLaunchJob(system),
  );
  await steps.step('the page of the night is in its bucket', () => readNightPage(system));
}

/** Failures. They are started together, because the sweep runs once a minute. */
async function suffer(system: TestSystem): Promise<void> {
  await steps.step('an execution ends and its event is lost', () => withholdEnd(system));
  await steps.step('AutoSys is down, reports are due in the ledger', () => beginOutage(system));
  await steps.step('a broken function and an invalid message: dead letters', () =>
    breakDown(system),
  );
  await steps.step(
    'repaired and redriven: reported; the invalid message is a dead letter again',
    () => replayDeadLetters(system),
  );
  await steps.step('AutoSys is back, the scheduled sweep has reported', () => endOutage(system));
}

/** Valid and invalid upgrades, and the removal. */
async function change(system: TestSystem): Promise<void> {
  const grown = await synth(system, addRoutes(system, 'is over'));
  await steps.step('cdk deploy of more routes: rules, functions, permissions change', () =>
    changeRoutes(system, grown),
  );
  await suffer(system);
  const broken = await synth(system, addRoutes(system, 'has ended'));
  await steps.step('cdk deploy of an invalid change: rolled back, still works', () =>
    rollBack(system, broken),
  );
  await steps.step('the scheduled sweep has found the lost end in AWS', () => recoverEnd(system));
  await steps.step('the gaps of MiniStack are those in gaps.ts', async () =>
    findGaps(system.cloud, system.ministack.url),
  );
  const left = await steps.step('cdk destroy', () => remove(system, grown));
  steps.print(`left behind: ${left.join(', ')}`);
}

/** The same bridge without the CDK: a template in a bucket, and plain calls of CloudFormation. */
async function handOver(system: TestSystem): Promise<void> {
  await steps.step('a bucket for templates', () => createTemplateBucket(system));
  const first = await steps.step('package, and the upload of templates and code', () =>
    uploadPackage(system, system.site.config),
  );
  await steps.step('CreateStack by the URL of the template: an execution is reported', () =>
    createStack(system, first),
  );
  const second = await steps.step('package of more routes', () =>
    uploadPackage(system, addRoutes(system, 'is over')),
  );
  await steps.step('a change set: rules and functions change, the ledger stays', () =>
    upgradeStack(system, first, second),
  );
  await steps.step('DeleteStack', () => deleteStack(system));
}

async function synth({ toolkit }: TestSystem, config: string): Promise<string> {
  const assembly = await steps.step('cdk synth', () => toolkit.synth(config));
  const left = leaveOut(assembly, sayUnknown);
  if (left.length > 0) steps.print(`not deployed, not supported by MiniStack: ${left.join(', ')}`);
  return assembly;
}
