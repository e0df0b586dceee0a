import { answerAfter, startEmulator } from '../emulator/index.ts';
import type { AutosysInstruction, AutosysProcessAnswer } from './autosys.ts';

// The embedded AutoSys in a process of its own, so that what is measured does not share its event loop with it. Started by
// `autosys.ts`, which it obeys; ends with it.

const jil = process.argv[2] ?? '';
const autosys = await startEmulator({
  jil: [{ name: 'bench.jil', text: jil }],
  // Acts at once: the wait for AutoSys is not ours to measure.
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
process.on('message', (order: AutosysInstruction) => {
  void obey(order).then((answer) => process.send?.(answer));
});

async function obey(order: AutosysInstruction): Promise<AutosysProcessAnswer> {
  switch (order.kind) {
    case 'go down':
      await autosys.goDown();
      return { kind: 'done' };
    case 'come back':
      await autosys.comeBack();
      return { kind: 'done' };
    case 'answer after':
      autosys.behave();
      if (order.ms > 0) autosys.misbehave(answerAfter(order.ms), { times: 'always' });
      return { kind: 'done' };
    case 'tell': {
      const { instance } = autosys;
      const values = [...instance.globalVariables()].map(
        ([name, { value }]) => [name, value] as const,
      );
      const starts = instance.jobs().map(({ job, history }) => [job.name, history.length] as const);
      return { kind: 'told', values, starts };
    }
    default:
      return order satisfies never;
  }
}
