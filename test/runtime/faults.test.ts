import { afterAll, beforeAll } from 'vitest';
import { type SynthesizedAssembly, synthesize } from '../../local/index.ts';
import { describeAutosys } from './faults/autosys.ts';
import { describeCrash } from './faults/crash.ts';
import { describeInput } from './faults/input.ts';
import { describeLedger } from './faults/ledger.ts';
import { type OpenWorld, openWorld } from './faults/open-world.ts';
import { describeOrder } from './faults/order.ts';
import { project } from './test-system.ts';

// Runs five test systems at once. Each of their functions ends with this process.
process.setMaxListeners(50);

// One file for all cases, because bundling the functions takes time.
let assembly: SynthesizedAssembly;

beforeAll(async () => {
  assembly = await synthesize({
    project,
    environment: process.env,
    context: { config: 'test/runtime/faults/bridge.yaml' },
  });
});

afterAll(() => assembly[Symbol.asyncDispose]());

const open: OpenWorld = (options) => openWorld(assembly.directory, options);

describeOrder(open);
describeAutosys(open);
describeCrash(open);
describeLedger(open);
describeInput(open);
