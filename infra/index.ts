export { AutosysBridge } from './autosys-bridge.ts';
export type { AutosysBridgeProps } from './autosys-bridge-props.ts';
export { BridgeSource, type BridgeSourceProps } from './bridge-source.ts';
export { BridgeSourceStack, type ToSourceProps } from './bridge-source-stack.ts';
export { BridgeStack, type ToBridgeProps } from './bridge-stack.ts';
export { readBridgeConfig } from './read-bridge-config.ts';
