/** What a path, template, intrinsic function or choice rule throws at run time, in AWS's words. */
export class QueryFailure extends Error {
  override readonly name = "QueryFailure";
  /** ASL's error name, such as `States.Runtime`. */
  readonly error: string;
  /** AWS's cause without the part that names the state, which only the state knows. */
  readonly text: string;

  constructor(error: string, text: string) {
    super(`${error}: ${text}`);
    this.error = error;
    this.text = text;
  }
}

export const runtimeQueryFailure = (text: string) => new QueryFailure("States.Runtime", text);
