import { randomUUID } from "node:crypto";
import { StateFailure, type TaskRunner } from "../../asl/index.js";
import type { IotPort } from "../ports.js";
import { readArguments } from "./arguments.js";

const PUBLISH_ARGUMENTS = ["Topic", "Payload", "Qos", "Retain"];

/** `arn:aws:states:::aws-sdk:iotdataplane:publish`: a string is published as its text, anything else as its JSON. */
export const iotPublish =
  (iot: IotPort): TaskRunner =>
  async ({ arguments: args }) => {
    const { values, string, refuse } = readArguments(args, PUBLISH_ARGUMENTS);
    const { Payload = "", Qos = 0, Retain = false } = values;
    const topic = string("Topic");
    const qos = Qos === 0 || Qos === 1 ? Qos : refuse('The value for the field "Qos" must be 0 or 1');
    const retain = typeof Retain === "boolean" ? Retain : refuse('The value for the field "Retain" must be a boolean');
    const payload = Buffer.from(typeof Payload === "string" ? Payload : JSON.stringify(Payload));
    await iot.publish({ topic, payload, qos, retain }).catch((error: unknown) => {
      throw refused(error);
    });
    return {};
  };

function refused(error: unknown): StateFailure {
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  const status = error instanceof Error && "status" in error ? error.status : 500;
  const isModelled = name.endsWith("Exception") && name !== "RequestEntityTooLargeException";
  const details = `Service: IotDataPlane, Status Code: ${status}, Request ID: ${randomUUID()}`;
  return new StateFailure(`IotDataPlane.${isModelled ? name : "IotDataPlaneException"}`, `${message} (${details})`);
}
