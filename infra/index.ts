export { AutosysBridge, type AutosysBridgeProps } from './autosys-bridge.ts';
export { BridgeStack, type ToBridgeProps } from './bridge-stack.ts';
export { readBridgeConfig } from './read-bridge-config.ts';
