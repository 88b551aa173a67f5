import { DescribeEndpointCommand, IoTClient } from "@aws-sdk/client-iot";
import { Sfs3Error } from "./errors.js";

/** A module of its own, loaded only where IOT_ENDPOINT is absent: the control-plane client is large. */
export const describeEndpoint = async (): Promise<string> => {
  const { endpointAddress } = await new IoTClient().send(new DescribeEndpointCommand({ endpointType: "iot:Data-ATS" }));
  if (endpointAddress) return endpointAddress;
  throw new Sfs3Error(
    "StepConfigurationError",
    "AWS IoT named no iot:Data-ATS endpoint; set IOT_ENDPOINT to its host.",
  );
};
