export type InvocationType = "RequestResponse" | "Event" | "DryRun";

/** The Lambda that Task states invoke. */
export interface LambdaPort {
  /**
   * @param functionName name or ARN
   * @param payload the event, as JSON text
   * @param signal aborts when nobody waits for the answer any more
   * @param call how it is called; `onLog` hears what the invocation writes
   * @returns the answer as JSON text; with `functionError` it is Lambda's error object (`errorType`, `errorMessage`, `trace`)
   * @throws an error named as the Lambda API names it, such as `ResourceNotFoundException`
   */
  invoke(
    functionName: string,
    payload: string,
    signal: AbortSignal,
    call?: {
      readonly invocationType?: InvocationType | undefined;
      readonly qualifier?: string | undefined;
      readonly clientContext?: string | undefined;
      readonly onLog?: ((output: { readonly text: string }) => void) | undefined;
    },
  ): Promise<{ readonly payload: string; readonly functionError?: string }>;
  /** The functions as one execution sees them. Default: as they are at each invocation, as on AWS. */
  seenBy?(executionArn: string): Pick<LambdaPort, "invoke">;
}

/** The IoT data plane that Task states publish to. */
export interface IotPort {
  /** @throws an error named as the data plane names it, such as `InvalidRequestException` */
  publish(message: {
    readonly topic: string;
    readonly payload: Buffer;
    readonly qos: 0 | 1;
    readonly retain?: boolean;
  }): Promise<void>;
}

/** The S3 that Task states read and write, by its protocol. */
export interface S3Port {
  /** Its URL, read at the first use. */
  endpoint(): string;
}
