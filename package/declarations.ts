import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { hostModules } from './bundle-constructs.ts';

const root = join(import.meta.dirname, '..');
const entry = 'infra/index.d.ts';
const specifier = /(from\s+|import\()(['"])(\.{1,2}\/[^'"]+)\.ts\2/g;

/**
 * Writes the declarations of the constructs, once for ES modules and once for CommonJS: the
 * `package.json` beside them decides what a declaration file describes.
 *
 * The compiler checks in the same run that the constructs use only what Node.js 20 has.
 */
export function writeDeclarations(directory: string): void {
  const scratch = mkdtempSync(join(tmpdir(), 'declarations-'));
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const options = ['-p', join(root, 'tsconfig.package.json'), '--outDir', scratch];
    execFileSync(process.execPath, [tsc, ...options], { stdio: ['ignore', 'inherit', 'inherit'] });
    for (const [file, text] of readReachable(scratch)) {
      for (const kind of ['esm', 'cjs']) write(join(directory, kind, 'types', file), text);
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
  for (const [kind, type] of Object.entries({ esm: 'module', cjs: 'commonjs' })) {
    write(join(directory, kind, 'package.json'), `${JSON.stringify({ type })}\n`);
    write(join(directory, kind, 'index.d.ts'), `export * from './types/infra/index.js';\n`);
  }
}

/** The declarations that the public ones need, by path, with `.js` in their imports. */
function readReachable(scratch: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (file: string): void => {
    if (found.has(file)) return;
    const text = readFileSync(join(scratch, file), 'utf8');
    checkPackages(file, text);
    found.set(file, text.replace(specifier, '$1$2$3.js$2'));
    for (const [, , , target = ''] of text.matchAll(specifier)) {
      visit(`${normalize(join(dirname(file), target))}.d.ts`);
    }
  };
  visit(entry);
  return found;
}

function checkPackages(file: string, text: string): void {
  for (const [, target = ''] of text.matchAll(/(?:from |import\()['"]([^.'"][^'"]*)['"]/g)) {
    if (/^[\w@:/-]+$/.test(target) && !hostModules.some((name) => target.split('/')[0] === name))
      throw new Error(
        `${file}: found a type of ${target}, allowed in the package: ${hostModules.join(', ')}`,
      );
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
