import { describe, expect, test } from "vitest";
import { credentialsFor } from "./fixtures/use-api.js";
import { checkCredentials, connectionLifetimeMs, fromBroker } from "./iot-credentials.js";

const now = () => Date.parse("2026-01-01T00:00:00Z");

describe("connectionLifetimeMs", () => {
  test.each([
    ["2026-01-01T01:00:00Z", 55 * 60_000],
    ["2026-01-01T00:10:00Z", 8 * 60_000],
    ["2026-01-03T00:00:00Z", 23 * 3_600_000],
    ["2025-12-31T23:00:00Z", 5_000],
    [undefined, 23 * 3_600_000],
  ])("credentials that end at %s are renewed after %i ms", (expiration, expected) => {
    expect(connectionLifetimeMs({ expiration }, { now })).toBe(expected);
  });
});

describe("checkCredentials", () => {
  test("takes what the credential service answers", () => {
    const answer = { ...credentialsFor("h"), expiration: "2026-01-01T01:00:00Z", clientId: "c", topicFilter: "t/#" };

    expect(checkCredentials(answer)).toEqual(answer);
  });

  test.each([
    [undefined, "lack iotEndpoint, region, accessKey, secretKey"],
    [{ ...credentialsFor("h"), region: "" }, "lack region"],
    [{ ...credentialsFor("h"), expiration: "soon" }, "have an 'expiration' that is no ISO 8601 date"],
  ])("refuses %j without showing a secret", (answer, problem) => {
    expect(() => checkCredentials(answer)).toThrow(`The credentials for the broker ${problem}.`);
  });
});

test("a provider of the AWS SDK is asked before each connection, and its expiration is heeded", async () => {
  const source = fromBroker({
    endpoint: "h",
    region: "eu-west-1",
    credentials: async () => ({ accessKeyId: "a", secretAccessKey: "s", expiration: new Date(now()) }),
  });

  expect(await source(new AbortController().signal)).toEqual({
    iotEndpoint: "h",
    region: "eu-west-1",
    accessKey: "a",
    secretKey: "s",
    sessionToken: undefined,
    expiration: "2026-01-01T00:00:00.000Z",
  });
});
