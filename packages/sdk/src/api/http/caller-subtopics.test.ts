import { expect, test } from "vitest";
import { callerSubtopics, callsForItself } from "../index.js";

const named = (subject: string) => ({ subject, claims: {} });

test.each([
  ["5f0c2a7e-1b9d-4c55-8caf-4136c566a962", ["5f0c2a7e-1b9d-4c55-8caf-4136c566a962"]],
  ["auth0|5f0c2a", []],
  ["*", []],
  ["arn:aws:iam::123456789012:user/ann", ["ann"]],
  ["arn:aws:iam::123456789012:user/sales/emea/ann", ["ann"]],
  ["arn:aws:iam::123456789012:user/ann@example.org", []],
  ["arn:aws:iam::123456789012:root", []],
  ["arn:aws-us-gov:sts::123456789012:assumed-role/orders-service/i-0123456789", ["orders-service"]],
  ["arn:aws:sts::123456789012:assumed-role/orders-service/ann", ["orders-service"]],
  ["arn:aws:sts::123456789012:federated-user/ann", []],
])("the caller %s has the subtopics %j", (subject, subtopics) => {
  expect(callerSubtopics(named(subject))).toEqual(subtopics);
});

test.each([
  [named("ann"), "ann", true],
  [named("ann"), "bob", false],
  [named("ann"), undefined, true],
  [undefined, "ann", false],
  [undefined, undefined, true],
])("the caller %j calls for itself on the subtopic %j: %j", (identity, subtopic, is) => {
  expect(callsForItself({ identity, subtopic })).toBe(is);
});
