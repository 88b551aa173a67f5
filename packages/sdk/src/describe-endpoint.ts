import { Sfs3Error } from "./errors.js";

export const describeEndpoint = async (): Promise<string> => {
  // Loaded only where IOT_ENDPOINT is absent: the control-plane client is large.
  const { DescribeEndpointCommand, IoTClient } = await import("@aws-sdk/client-iot");
  const { endpointAddress } = await new IoTClient().send(new DescribeEndpointCommand({ endpointType: "iot:Data-ATS" }));
  if (endpointAddress) return endpointAddress;
  throw new Sfs3Error(
    "StepConfigurationError",
    "AWS IoT named no iot:Data-ATS endpoint; set IOT_ENDPOINT to its host.",
  );
};
