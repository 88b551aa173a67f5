/** What the command's exit code says; the same list stands at the end of every help text. */
export const EXIT_CODES = {
  /** All went well. */
  ok: 0,
  /** The command could not start: bad usage, a module that does not load, invalid input, a stale file; or a check found an error. */
  refused: 1,
  /** An execution, or a step that was replayed, ran and did not succeed. */
  failed: 2,
  /** Files were made, and a change of the user's own source is left to the user: the message says which. */
  unfinished: 3,
  /** An execution goes on, though nobody waits for it any more. */
  running: 4,
  /** A step that was replayed came to another output than the one that it had written. */
  different: 5,
} as const;

export const EXIT_CODES_HELP = `
Exit codes:
  0  all went well
  1  could not start: bad usage, a module that does not load, an invalid input,
     a stale or invalid definition, a file that exists already;
     or a check found an error
  2  an execution, or a replayed step, ran and did not succeed
  3  files were made, and the source that has to use them could not be edited:
     the message says what to add, and where
  4  an execution goes on: it has not ended in time, or Ctrl-C ended the wait
  5  a replayed step came to another output than the one it had written`;
