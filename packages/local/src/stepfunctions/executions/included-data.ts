/** `METADATA_ONLY` leaves definitions, inputs and outputs out. Default: `ALL_DATA`. */
export interface IncludedData {
  readonly includedData?: "ALL_DATA" | "METADATA_ONLY" | undefined;
}

interface Data {
  readonly input: string;
  readonly output?: string;
}

/** An execution as the API shows it: with its data and what is said about them, or without. */
export function withIncludedData<T extends Data>(execution: T, { includedData = "ALL_DATA" }: IncludedData) {
  const included = includedData === "ALL_DATA";
  const { input, output, ...metadata } = execution;
  return {
    ...metadata,
    ...(included && { input }),
    inputDetails: { included },
    ...(output !== undefined && { ...(included && { output }), outputDetails: { included } }),
  };
}
