import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AutosysClient } from '../../autosys/client/index.ts';
import { agentBundlePath, buildAgent } from '../../cli/build-agent.ts';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import { type Cloud, connect } from './cloud.ts';
import { FunctionHost } from './function-host.ts';
import { type HistoryFront, startHistoryFront } from './history-front.ts';
import { type LaunchFront, startLaunchFront } from './launch-front.ts';
import { type AgentHost, executingMachine, setUpAgentHost } from './launch-site.ts';
import { type MiniStack, startMiniStack } from './ministack.ts';
import { preparePython } from './python.ts';
import { requestJobs } from './request-site.ts';
import { type Site, setUpSite } from './site.ts';
import type { StepPrinter } from './step-printer.ts';
import { project, Toolkit } from './toolkit.ts';

/** The emulated AWS, the embedded AutoSys, and the tools of a platform team. */
export interface TestSystem extends AsyncDisposable {
  readonly directory: string;
  /** The embedded AutoSys: HTTPS with its own CA, loaded with the JIL of the example. */
  readonly autosys: Emulator;
  /** AEWS client with the login of an operator. */
  readonly operator: AutosysClient;
  readonly ministack: MiniStack;
  readonly cloud: Cloud;
  readonly toolkit: Toolkit;
  readonly host: FunctionHost;
  /** Step Functions as the functions see it. */
  readonly states: HistoryFront;
  readonly site: Site;
  /** TLS before the deployed launch API. */
  readonly front: LaunchFront;
  /** Host on which the jobs run the built command. */
  readonly agentHost: AgentHost;
}

/**
 * Starts an empty AWS, and an AutoSys with the jobs of the example. All files go into the
 * directory.
 */
export async function startTestSystem(directory: string, steps: StepPrinter): Promise<TestSystem> {
  await using started = new AsyncDisposableStack();
  const python = await steps.step('a virtual environment with the pinned emulator', () =>
    preparePython(join(project, '.venv-deploy')),
  );
  const ministack = started.use(
    await steps.step('MiniStack starts on loopback', () =>
      startMiniStack(python, join(directory, 'aws')),
    ),
  );
  await steps.step('npm run build:agent', () => buildAgent(join(project, agentBundlePath)));
  const front = started.use(await startLaunchFront());
  const agentHost = setUpAgentHost(join(directory, 'agent'), front);
  const autosys = started.use(
    await steps.step('AutoSys starts on HTTPS with the example jobs', () =>
      startAutosys(directory, agentHost),
    ),
  );
  const operator = started.use(
    new AutosysClient({
      endpoints: [autosys.url],
      certificateAuthority: autosys.certificateAuthority,
      credentials: async () => ({ username: autosys.user, password: autosys.password }),
    }),
  );
  const endpoint = ministack.url;
  const cloud = connect(endpoint);
  const code = join(directory, 'code');
  mkdirSync(code);
  const states = started.use(await startHistoryFront(endpoint));
  const host = started.use(
    await FunctionHost.start({
      ...{ cloud, endpoint, python },
      statesEndpoint: states.url,
      directory: code,
    }),
  );
  const held = started.move();
  return {
    directory,
    autosys,
    operator,
    ministack,
    cloud,
    toolkit: new Toolkit({ url: endpoint, directory }),
    host,
    states,
    site: setUpSite(join(directory, 'site'), autosys),
    front,
    agentHost,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

function startAutosys(directory: string, { jil }: AgentHost): Promise<Emulator> {
  const name = 'examples/jobs.jil';
  return startEmulator({
    jil: [{ name, text: readFileSync(join(project, name), 'utf8') }, jil, requestJobs],
    execute: { machines: [executingMachine], workingDirectory: directory },
  });
}
