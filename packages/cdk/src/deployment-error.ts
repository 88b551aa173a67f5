/** A process that cannot be deployed as it is described: the message says what is wrong, where, and the way out. */
export class DeploymentError extends Error {
  override readonly name = "DeploymentError";
}
