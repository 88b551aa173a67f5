export type { BundlingOptions } from "./bundle.js";
export { DeploymentError } from "./deployment-error.js";
export { Sfs3Process } from "./sfs3-process.js";
export type { Sfs3ProcessProps } from "./sfs3-process-props.js";
export { type SidecarBucketProps, sidecarLifecycle } from "./sidecar-bucket.js";
export type { Started, StartedMachines } from "./started-machines.js";
export type { StepEntry } from "./step-module.js";
export type { StepFunctionOptions } from "./steps.js";
