import { describe, expect, test } from 'vitest';
import { escapeText } from '../../cli/escape-text.ts';
import { aBatchJobEvent, anExecutionEvent, readAt } from '../support/builders.ts';
import { bridgeYaml, runCli } from './setup.ts';

/** All C0 and C1 characters, lone surrogates, line separators and text direction controls. */
const hostile = [
  ...Array.from({ length: 0x20 }, (_, code) => code).filter((code) => code !== 9),
  ...Array.from({ length: 0x21 }, (_, code) => 0x7f + code),
  ...[0x61c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e],
  ...[0x2066, 0x2067, 0x2068, 0x2069, 0xd800],
].map((code) => String.fromCharCode(code));

const unsafeText = `a${hostile.join('')}\u001b[31mred`;
const unsafe = /[^\P{Cc}\n\t]|[\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u;

describe('text for a terminal', () => {
  test.for(hostile.filter((one) => one !== '\n'))('escapes %j', (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0');

    expect(escapeText(`a${character}b`)).toBe(`a\\u${code}b`);
  });

  test.for(['plain', 'Zürich → 日本 😀', 'a\tb\nc'])('is not changed: %s', (text) => {
    expect(escapeText(text)).toBe(text);
  });
});

describe('a command', () => {
  const events = [
    anExecutionEvent({ name: unsafeText }, { id: unsafeText, region: unsafeText }),
    aBatchJobEvent({ jobName: `risk-${unsafeText}` }, { id: unsafeText }),
    { ...anExecutionEvent(), 'replay-name': unsafeText },
    { ...anExecutionEvent(), source: unsafeText },
  ];
  const environment = {
    now: readAt,
    stdin: JSON.stringify(events),
    files: { 'b.yaml': bridgeYaml },
  };
  const argv = ['explain', '--config', 'b.yaml', '--event', '-'];

  test.for([
    { as: 'as text', more: [], isTTY: false },
    { as: 'as data', more: ['--json'], isTTY: false },
  ])('prints no control character: $as', async ({ more, isTTY }) => {
    const { stdout, stderr } = await runCli([...argv, ...more], { ...environment, isTTY });

    expect(stdout).toContain('\\u001b[31mred');
    expect(stdout + stderr).not.toMatch(unsafe);
  });

  test('prints only its own colour sequences to a terminal', async () => {
    const { stdout } = await runCli(argv, { ...environment, isTTY: true });

    expect(stdout).toContain('\u001b[1m<stdin>[0]\u001b[0m');
    expect(stdout).toContain('\\u001b[31mred');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is about these sequences
    expect(stdout.replace(/\u001b\[(?:0|1|2|31|32|33)m/g, '')).not.toMatch(unsafe);
  });

  test('escapes line feeds in data', async () => {
    const event = anExecutionEvent({}, { id: 'x\n  to ACE, as route settlement says' });

    const { stdout } = await runCli(argv, { ...environment, stdin: JSON.stringify(event) });

    expect(stdout).toContain('event x\\u000a  to ACE, as route settlement says\n');
  });

  test.for([
    ['explain', unsafeText],
    [unsafeText],
    ['validate', unsafeText],
    ['emulate', '--port', unsafeText],
    ['sendevent', '-E', unsafeText],
    ['explain', '--config', unsafeText, '--event', '-'],
  ])('escapes it in the message on an invalid command line: %j', async (invalidArgv) => {
    const { stdout, stderr } = await runCli(invalidArgv);

    expect(stderr).not.toBe('');
    expect(stdout + stderr).not.toMatch(unsafe);
  });
});
