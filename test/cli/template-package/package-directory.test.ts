import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PackageError } from '../../../cli/exit-code.ts';
import { checkReplaceable, writePackage } from '../../../cli/template-package/package-directory.ts';

const marks = { manifest: 'manifest.json', checksums: 'SHA256SUMS' };

/** A package with these files, and the marks. */
function aPackage(texts: Readonly<Record<string, string>>): ReadonlyMap<string, Uint8Array> {
  const files = Object.entries({ ...texts, [marks.manifest]: '{}' });
  const sums = files
    .map(([path, text]) => `${createHash('sha256').update(text).digest('hex')}  ${path}\n`)
    .join('');
  return new Map(
    [...files, [marks.checksums, sums] as const].map(([path, text]) => [path, Buffer.from(text)]),
  );
}

const first = aPackage({ 'a.json': 'one', 'code/1.zip': 'old', 'terraform/main.tf': 'x' });
const second = aPackage({ 'a.json': 'two', 'code/2.zip': 'new' });

let top: string;
let out: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'package-'));
  out = join(top, 'out');
});
afterEach(() => rmSync(top, { recursive: true }));

const listed = (directory = out) =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' }).toSorted();
function put(path: string, text = 'x'): void {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), text);
}

describe('writing a package', () => {
  test('creates the directory and its parents, and leaves nothing beside it', () => {
    const deep = join(top, 'not', 'there', 'yet');

    writePackage(deep, first, marks);

    expect(readFileSync(join(deep, 'code/1.zip'), 'utf8')).toBe('old');
    expect(readdirSync(dirname(deep))).toEqual(['yet']);
  });

  test('fills an empty directory', () => {
    mkdirSync(out);

    writePackage(out, first, marks);

    expect(listed()).toContain('a.json');
  });

  test('replaces an earlier package as a whole', () => {
    writePackage(out, first, marks);

    writePackage(out, second, marks);

    expect(listed()).toEqual(['SHA256SUMS', 'a.json', 'code', 'code/2.zip', 'manifest.json']);
    expect(readFileSync(join(out, 'a.json'), 'utf8')).toBe('two');
    expect(readdirSync(top)).toEqual(['out']);
  });

  test('replaces an earlier package from which a file was deleted', () => {
    writePackage(out, first, marks);
    rmSync(join(out, 'code/1.zip'));

    writePackage(out, second, marks);

    expect(readFileSync(join(out, 'a.json'), 'utf8')).toBe('two');
  });

  test('leaves everything as it was if a file cannot be written', () => {
    writePackage(out, first, marks);
    // A file cannot also be a directory.
    const impossible = new Map([...second, ['a.json/b', Buffer.from('x')] as const]);

    expect(() => writePackage(out, impossible, marks)).toThrow(
      /^--out .*: cannot be written: .*; nothing was changed/,
    );

    expect(readFileSync(join(out, 'a.json'), 'utf8')).toBe('one');
    expect(readdirSync(top)).toEqual(['out']);
  });

  test('removes the parents that it created if a file cannot be written', () => {
    const impossible = new Map([...second, ['a.json/b', Buffer.from('x')] as const]);

    expect(() => writePackage(join(top, 'a', 'b'), impossible, marks)).toThrow(PackageError);

    expect(readdirSync(top)).toEqual([]);
  });

  test('says that it may not write', () => {
    // No mode keeps root from writing; a name of more than 255 bytes does.
    const isRoot = process.getuid?.() === 0;
    if (!isRoot) chmodSync(top, 0o500);
    const where = isRoot ? join(top, 'p'.repeat(256)) : out;

    expect(() => writePackage(where, first, marks)).toThrow(isRoot ? 'ENAMETOOLONG' : 'EACCES');

    chmodSync(top, 0o700);
  });
});

describe('a directory is not replaced', () => {
  test.for([
    {
      when: 'it holds other files',
      prepare: () => put('notes.txt'),
      says: 'found notes.txt, but no manifest.json, so it is no earlier package',
    },
    {
      when: 'it holds only a directory without files',
      prepare: () => mkdirSync(join(out, 'empty'), { recursive: true }),
      says: 'found empty/, but no manifest.json',
    },
    {
      when: 'it holds the state of Terraform',
      prepare: () => {
        writePackage(out, first, marks);
        put('terraform/terraform.tfstate');
      },
      says: 'found terraform/terraform.tfstate, which no earlier run has written',
    },
    {
      when: 'a file was edited',
      prepare: () => {
        writePackage(out, first, marks);
        put('terraform/main.tf', 'edited');
      },
      says: 'found terraform/main.tf, changed since an earlier run has written it',
    },
    {
      when: 'a link has taken the place of a file',
      prepare: () => {
        writePackage(out, first, marks);
        rmSync(join(out, 'a.json'));
        symlinkSync(join(out, 'manifest.json'), join(out, 'a.json'));
      },
      says: 'found a.json, changed',
    },
    { when: 'it is a file', prepare: () => writeFileSync(out, 'x'), says: 'found a file, allowed' },
    {
      when: 'it is a link to a directory',
      prepare: () => {
        mkdirSync(join(top, 'other'));
        symlinkSync(join(top, 'other'), out);
      },
      says: 'found a symbolic link, allowed',
    },
    {
      when: 'it holds many other files',
      prepare: () => {
        for (const name of 'abcdefg') put(name);
      },
      says: 'found a, b, c, d, e and 2 more, but no',
    },
  ])('when $when', ({ prepare, says }) => {
    prepare();

    expect(() => checkReplaceable(out, marks)).toThrow(says);
    expect(() => writePackage(out, second, marks)).toThrow(says);
    expect(existsSync(join(out, 'code/2.zip'))).toBe(false);
    expect(readdirSync(top).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});
