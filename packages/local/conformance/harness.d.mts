import type { compile, execute, ObjectPort, systemClock } from "../src/asl/index.js";

export interface RecordedCase {
  readonly id: string;
  readonly category: string;
  readonly features: readonly string[];
}

export interface CaseResult {
  readonly id: string;
  readonly category: string;
  readonly pass: boolean;
  readonly reason: string | undefined;
}

export interface Engine {
  readonly compile: typeof compile;
  readonly execute: typeof execute;
  readonly systemClock: typeof systemClock;
}

export const CASES_FOLDER: string;
export function casesAvailable(): boolean;
export function loadCases(folder?: string): RecordedCase[];
export function loadReaderCases(folder?: string): RecordedCase[];
export function isJsonataOnly(recorded: RecordedCase): boolean;
export function runCase(engine: Engine, recorded: RecordedCase, objects?: ObjectPort): Promise<CaseResult>;
