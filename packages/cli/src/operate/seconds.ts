import { InvalidArgumentError } from "commander";

/** The value of an option that is a number of seconds. */
export function secondsOf(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== "" && seconds > 0 && Number.isFinite(seconds)) return seconds;
  throw new InvalidArgumentError("It must be a number of seconds above 0.");
}
