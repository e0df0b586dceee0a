/** A variable of the environment of a container, in clear. */
export interface ContainerVariable {
  readonly name?: string | undefined;
  readonly value?: string | undefined;
}

/** The container overrides that the embedded Batch knows. */
export interface BatchContainerOverrides {
  readonly command?: readonly string[] | undefined;
  readonly environment?: readonly ContainerVariable[] | undefined;
  readonly resourceRequirements?:
    | readonly { readonly type: string; readonly value: string }[]
    | undefined;
  readonly vcpus?: number | undefined;
  readonly memory?: number | undefined;
}
