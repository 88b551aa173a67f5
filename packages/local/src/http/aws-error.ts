interface AwsErrorOptions extends ErrorOptions {
  readonly status: number;
  readonly message: string;
  /** Members of the body beside `message`. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** What a service on the front refuses; `name` is AWS's code, as the clients throw it. */
export class AwsError extends Error {
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(name: string, { status, message, fields = {}, ...options }: AwsErrorOptions) {
    super(message, options);
    this.name = name;
    this.status = status;
    this.fields = fields;
  }
}

const INTERNAL = { status: 500, message: "The local service failed; its log says why." };

/** Wraps what is not a refusal, keeping the cause. */
export const asAwsError = (error: unknown): AwsError =>
  error instanceof AwsError ? error : new AwsError("InternalFailure", { ...INTERNAL, cause: error });
