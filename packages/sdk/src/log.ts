import type { Log } from "./step.js";

const SEVERITY = { TRACE: 0, DEBUG: 1, INFO: 2, WARN: 3, ERROR: 4, FATAL: 5 } as const;

type Fields = Readonly<Record<string, unknown>>;

export interface LogSettings {
  readonly write: (line: string) => void;
  readonly now: () => number;
  /** LOG_LEVEL; what it does not name counts as INFO. */
  readonly level: string | undefined;
  /** On every line. */
  readonly fields: Fields;
}

export const createLog = ({ write, now, level, fields }: LogSettings): Log => {
  const least = severityOf(level);
  const at = (name: keyof typeof SEVERITY) => (message: string, more?: Fields) => {
    if (SEVERITY[name] < least) return;
    write(render({ level: name, message, at: new Date(now()).toISOString(), ...fields }, more));
  };
  return { debug: at("DEBUG"), info: at("INFO"), warn: at("WARN"), error: at("ERROR") };
};

const severityOf = (level = "INFO"): number => {
  const name = level.toUpperCase();
  return Object.hasOwn(SEVERITY, name) ? SEVERITY[name as keyof typeof SEVERITY] : SEVERITY.INFO;
};

const render = (line: Fields, more: Fields = {}): string => {
  try {
    return JSON.stringify({ ...more, ...line });
  } catch {
    // A log line must not fail a step; the fields are the author's, and may be circular or hold a bigint.
    return JSON.stringify({ ...line, unloggable: Object.keys(more) });
  }
};
