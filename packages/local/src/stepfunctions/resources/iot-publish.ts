import { StateFailure, type TaskRunner } from "../../asl/index.js";
import type { IotPort } from "../ports.js";
import { readArguments } from "./arguments.js";

export const PUBLISH_ARGUMENTS = ["Topic", "Payload", "Qos"];

/** `arn:aws:states:::aws-sdk:iotdataplane:publish`: a string is published as its text, anything else as its JSON. */
export const iotPublish =
  (iot: IotPort): TaskRunner =>
  async ({ arguments: args }) => {
    const { values, string, refuse } = readArguments(args, PUBLISH_ARGUMENTS);
    const { Payload = "", Qos = 0 } = values;
    const topic = string("Topic");
    const qos = Qos === 0 || Qos === 1 ? Qos : refuse('The value for the field "Qos" must be 0 or 1');
    const payload = Buffer.from(typeof Payload === "string" ? Payload : JSON.stringify(Payload));
    await iot.publish({ topic, payload, qos }).catch((error: unknown) => {
      const { name, message } = error instanceof Error ? error : { name: "Unknown", message: String(error) };
      throw new StateFailure(`IotDataPlane.${name}`, message);
    });
    return {};
  };
