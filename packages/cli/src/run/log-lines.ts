const INVOKE_ERROR = "ERROR\tInvoke Error\t";

/**
 * What a function wrote, as lines. The runtime's report of a thrown error becomes the stack, down to the user's own code;
 * the SDK's line that a step failed says nothing that this report does not.
 */
export function logLines(text: string): readonly string[] {
  const lines = text
    .replace(/\n$/, "")
    .split("\n")
    .filter((line) => !STEP_FAILED.test(line));
  return lines.flatMap((line) => (line.startsWith(INVOKE_ERROR) ? stackLines(line.slice(INVOKE_ERROR.length)) : line));
}

const STEP_FAILED = /^\{.*"level":"ERROR","message":"step failed".*\}$/;

function stackLines(report: string): readonly string[] {
  const { trace, errorType, errorMessage }: Record<string, unknown> = JSON.parse(report);
  const lines = Array.isArray(trace) && trace.length > 0 ? trace.map(String) : [`${errorType}: ${errorMessage}`];
  return lines.filter((line) => !isForeignFrame(line));
}

/** A frame of code that the user did not write. */
const isForeignFrame = (line: string): boolean =>
  /^\s+at /.test(line) && /node_modules|node:|\/packages\/(sdk|local)\/dist\//.test(line);
