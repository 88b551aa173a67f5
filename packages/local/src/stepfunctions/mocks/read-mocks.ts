import { readFileSync } from "node:fs";
import { isJsonObject, type Json, type JsonObject } from "../../asl/index.js";
import type { MockConfig, MockedOutcome } from "./mock-config.js";

/** A mock configuration that cannot be used: the message names the path inside it and the way out. */
export class MockConfigError extends Error {
  override readonly name = "MockConfigError";
}

/** One outcome and the invocations that have it, counted from 0. */
export interface MockedInvocations {
  readonly first: number;
  readonly last: number;
  readonly outcome: MockedOutcome;
}

interface MachineMocks {
  readonly defaultTestCase: string | undefined;
  /** Test case to state to name of a response. */
  readonly testCases: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** A configuration that holds together. */
export interface MockTable {
  readonly machines: ReadonlyMap<string, MachineMocks>;
  readonly resources: ReadonlyMap<string, string>;
  readonly responses: ReadonlyMap<string, readonly MockedInvocations[]>;
}

/** Reads mocks given as a value or as the path of a JSON file. @throws MockConfigError */
export function readMocks(given: MockConfig | string): MockTable {
  const config: unknown = typeof given === "string" ? readFile(given) : given;
  const where = typeof given === "string" ? given : "mocks";
  const {
    StateMachines = {},
    Resources = {},
    MockedResponses,
  } = members(config, where, ["StateMachines", "Resources", "MockedResponses"]);
  const at = (path: string) => `${where}: ${path}`;
  const responses = mapOf(MockedResponses, at("MockedResponses"), readResponse);
  const reference = (value: Json, path: string): string => {
    if (typeof value === "string" && responses.has(value)) return value;
    const known = [...responses.keys()].join(", ") || "none";
    return refuse(path, `must name one of MockedResponses (${known}), not ${JSON.stringify(value)}`);
  };
  return {
    responses,
    resources: mapOf(Resources, at("Resources"), reference),
    machines: mapOf(StateMachines, at("StateMachines"), (machine, path) => readMachine(machine, path, reference)),
  };
}

function readFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new MockConfigError(`The mock configuration ${path} cannot be read: ${problem}`, { cause: error });
  }
}

type Read<T> = (value: Json, path: string) => T;

function readMachine(machine: Json, path: string, reference: Read<string>): MachineMocks {
  const { TestCases, DefaultTestCase } = members(machine, path, ["TestCases", "DefaultTestCase"]);
  const testCases = mapOf(TestCases, `${path}.TestCases`, (states, at) => mapOf(states, at, reference));
  if (DefaultTestCase === undefined) return { testCases, defaultTestCase: undefined };
  if (typeof DefaultTestCase === "string" && testCases.has(DefaultTestCase)) {
    return { testCases, defaultTestCase: DefaultTestCase };
  }
  const known = [...testCases.keys()].join(", ");
  return refuse(`${path}.DefaultTestCase`, `must be one of the TestCases (${known})`);
}

const INVOCATIONS = /^(?<first>\d+)(?<range>-(?<last>\d+)?)?$/;

function readResponse(response: Json, path: string): readonly MockedInvocations[] {
  const invocations = [...mapOf(response, path, readOutcome)].map(([key, outcome]) => {
    const { first, range, last } = INVOCATIONS.exec(key)?.groups ?? {};
    if (first === undefined) return refuse(`${path}.${key}`, 'must be a number or a range, such as "0", "1-2" or "3-"');
    const end = range === undefined ? Number(first) : Number(last ?? Number.POSITIVE_INFINITY);
    return { first: Number(first), last: end, outcome };
  });
  invocations.sort((a, b) => a.first - b.first);
  let next = 0;
  for (const { first, last } of invocations) {
    if (first !== next) refuse(path, `must tell the outcome of invocation ${next} once: they are counted from 0`);
    if (last < first) refuse(path, `has the range ${first}-${last}, whose end comes before its start`);
    next = last + 1;
  }
  return next === 0 ? refuse(path, 'has no outcome; add one as "0"') : invocations;
}

function readOutcome(outcome: Json, path: string): MockedOutcome {
  const { Return, Throw } = members(outcome, path, ["Return", "Throw"]);
  if ((Return === undefined) === (Throw === undefined)) return refuse(path, "must have either Return or Throw");
  if (Return !== undefined) return { Return };
  const { Error: error, Cause } = members(Throw, `${path}.Throw`, ["Error", "Cause"]);
  if (typeof error !== "string") return refuse(`${path}.Throw.Error`, "must be a string");
  if (Cause === undefined) return { Throw: { Error: error } };
  if (typeof Cause !== "string") return refuse(`${path}.Throw.Cause`, "must be a string; write JSON as its text");
  return { Throw: { Error: error, Cause } };
}

function mapOf<T>(value: unknown, path: string, read: Read<T>): ReadonlyMap<string, T> {
  const entries = Object.entries(object(value, path));
  return new Map(entries.map(([name, member]) => [name, read(member, `${path}.${name}`)]));
}

function members<const TName extends string>(value: unknown, path: string, names: readonly TName[]) {
  const given = object(value, path);
  const unknown = Object.keys(given).find((name) => !(names as readonly string[]).includes(name));
  if (unknown !== undefined) refuse(`${path}.${unknown}`, `is no field of this object; it has ${names.join(", ")}`);
  return given as Readonly<Partial<Record<TName, Json>>>;
}

function object(value: unknown, path: string): JsonObject {
  return isJsonObject(value) ? value : refuse(path, "must be an object");
}

function refuse(path: string, problem: string): never {
  throw new MockConfigError(`The mock configuration is not valid: ${path} ${problem}.`);
}
