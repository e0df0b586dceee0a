import { refuseUsage } from '../agent/agent-error.ts';
import type { ReadDirect } from '../agent/commands/run-request.ts';
import { openDirect } from './open-direct.ts';

/**
 * Creates the reading of the options of direct mode. See {@link ReadDirect}.
 *
 * @param compiler text of the program that compiles a route file
 */
export function createReadDirect(compiler: string): ReadDirect {
  return ({ options, io }, targetName, faults) => {
    const { url, ca, targets } = options;
    const given = { '--url': url, '--login-file': options['login-file'], '--ca': ca };
    for (const [name, value] of Object.entries(given)) {
      if (value === undefined) continue;
      const advice = name === '--ca' ? '; set NODE_EXTRA_CA_CERTS=FILE' : '';
      faults.push(
        `${name}: not allowed with --direct, which does not call the launch API${advice}`,
      );
    }
    const targetsPath = targets ?? (io.env['AUTOSYS_BRIDGE_TARGETS'] || undefined);
    if (targetsPath === undefined) {
      faults.push(
        '--targets: missing, and $AUTOSYS_BRIDGE_TARGETS is not set; give the route file, such as bridge.yaml',
      );
    }
    if (targetName === undefined && options.attach !== undefined) {
      faults.push('TARGET: expected the name of a target with --direct --attach, found nothing');
    }
    if (faults.length > 0 || targetsPath === undefined || targetName === undefined) {
      throw refuseUsage(faults);
    }
    return () => openDirect({ compiler, targetsPath, targetName }, io);
  };
}
