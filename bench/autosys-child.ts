import { answerAfter, startEmulator } from '../emulator/index.ts';
import type { AutosysInstruction, AutosysProcessAnswer } from './autosys.ts';

// The embedded AutoSys in a separate process, so that it does not share the event loop of the
// measured code. Started by `autosys.ts`; ends with its parent.

const jil = process.argv[2] ?? '';
const autosys = await startEmulator({
  jil: [{ name: 'bench.jil', text: jil }],
  // No delay: the wait for AutoSys is not part of the measurement.
  eventDelayMs: 0,
});
const { url, certificateAuthority, user, password } = autosys;
process.send?.({
  kind: 'ready',
  url,
  certificateAuthority,
  user,
  password,
} satisfies AutosysProcessAnswer);

process.on('disconnect', () => process.exit());
process.on('message', (instruction: AutosysInstruction) => {
  void execute(instruction).then((answer) => process.send?.(answer));
});

async function execute(instruction: AutosysInstruction): Promise<AutosysProcessAnswer> {
  switch (instruction.kind) {
    case 'go down':
      await autosys.goDown();
      return { kind: 'done' };
    case 'come back':
      await autosys.comeBack();
      return { kind: 'done' };
    case 'answer after':
      autosys.behave();
      if (instruction.ms > 0) autosys.misbehave(answerAfter(instruction.ms), { times: 'always' });
      return { kind: 'done' };
    case 'report state': {
      const { instance } = autosys;
      const values = [...instance.globalVariables()].map(
        ([name, { value }]) => [name, value] as const,
      );
      const starts = instance.jobs().map(({ job, history }) => [job.name, history.length] as const);
      return { kind: 'state', values, starts };
    }
    default:
      return instruction satisfies never;
  }
}
