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
  return lines.flatMap(stackLines);
}

const STEP_FAILED = /^\{.*"level":"ERROR","message":"step failed".*\}$/;

function stackLines(line: string): readonly string[] {
  const report = reportIn(line);
  if (report === undefined) return [line];
  const { trace, errorType, errorMessage } = report;
  const lines = Array.isArray(trace) && trace.length > 0 ? trace.map(String) : [`${errorType}: ${errorMessage}`];
  return lines.filter((shown) => !isForeignFrame(shown));
}

/** The error that the runtime reports; nothing where a handler wrote a line which only begins like such a report. */
function reportIn(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith(INVOKE_ERROR)) return undefined;
  try {
    const report: unknown = JSON.parse(line.slice(INVOKE_ERROR.length));
    return typeof report === "object" && report !== null && "errorType" in report ? { ...report } : undefined;
  } catch {
    return undefined;
  }
}

/** A frame of code that the user did not write. */
const isForeignFrame = (line: string): boolean =>
  /^\s+at /.test(line) && /node_modules|node:|\/packages\/(sdk|local)\/dist\//.test(line);
