/** The Lambda that Task states invoke. */
export interface LambdaPort {
  /**
   * @param functionName name or ARN
   * @param payload the event, as JSON text
   * @param signal aborts when nobody waits for the answer any more
   * @returns the answer as JSON text; with `functionError` it is Lambda's error object (`errorType`, `errorMessage`, `trace`)
   * @throws an error named as the Lambda API names it, such as `ResourceNotFoundException`
   */
  invoke(
    functionName: string,
    payload: string,
    signal: AbortSignal,
  ): Promise<{ readonly payload: string; readonly functionError?: string }>;
}

/** The IoT data plane that Task states publish to. */
export interface IotPort {
  publish(message: { readonly topic: string; readonly payload: Buffer; readonly qos: 0 | 1 }): Promise<void>;
}

/** The S3 that Task states read and write, by its protocol. */
export interface S3Port {
  /** Its URL, read at the first use. */
  endpoint(): string;
}
