export { AutosysBridge } from './autosys-bridge.ts';
export type { AutosysBridgeProps } from './autosys-bridge-props.ts';
export { BridgeSource, type BridgeSourceProps } from './bridge-source.ts';
export { BridgeSourceStack, type ToSourceProps } from './bridge-source-stack.ts';
export { BridgeStack, type ToBridgeProps } from './bridge-stack.ts';
export { readBridgeConfig } from './read-bridge-config.ts';
export { AutosysRequests } from './requests/autosys-requests.ts';
export type { AutosysTask } from './requests/autosys-task.ts';
export type {
  ByEntry,
  GetAutosysJobStatusProps,
  RequestAutosysProps,
  RunAutosysJobProps,
  SetAutosysGlobalProps,
} from './requests/task-props.ts';
