import {
  GetThingShadowCommand,
  IoTDataPlaneClient,
  type IoTDataPlaneClientConfig,
} from "@aws-sdk/client-iot-data-plane";
import { Sfs3Error } from "./errors.js";

/**
 * The host of the account's IoT data plane. The control plane knows it, whose own client is several times as large as all
 * of a step; so the client of the data plane asks, which a step has anyway.
 *
 * Source: AWS IoT API Reference, DescribeEndpoint.
 */
export const describeEndpoint = async (
  settings: Pick<IoTDataPlaneClientConfig, "requestHandler"> = {},
): Promise<string> => {
  // Its own chain, under this name: what redirects the control plane redirects it, as AWS_ENDPOINT_URL_IOT.
  const client = new IoTDataPlaneClient({ ...settings, serviceId: "IoT" });
  turnToControlPlane(client);
  client.middlewareStack.add((next) => (args) => next(describesEndpoint(args)), { step: "build" });
  // The data plane's one request without a body whose answer comes as the bytes it is.
  const { payload = new Uint8Array() } = await client.send(new GetThingShadowCommand({ thingName: THING }));
  const { endpointAddress } = JSON.parse(Buffer.from(payload).toString() || "{}") as { endpointAddress?: string };
  if (endpointAddress) return endpointAddress;
  throw new Sfs3Error(
    "StepConfigurationError",
    "AWS IoT named no iot:Data-ATS endpoint; set IOT_ENDPOINT to its host.",
  );
};

const THING = "thing";

/** Host and signature; an endpoint that is configured stands as it is. */
const turnToControlPlane = ({ config }: IoTDataPlaneClient): void => {
  const { endpointProvider } = config;
  config.endpointProvider = (parameters, context) => {
    const { url, ...endpoint } = endpointProvider(parameters, context);
    const signed = { name: "sigv4", signingName: "iot", signingRegion: parameters.Region ?? "", properties: {} };
    return {
      ...endpoint,
      url: parameters.Endpoint === undefined ? withoutDataPlane(url) : url,
      properties: { authSchemes: [signed] },
    };
  };
};

/** Of `data-ats.iot.<region>.<suffix>` what follows the first labels; the suffix is the partition's. */
const withoutDataPlane = ({ href, hostname }: URL): URL =>
  new URL(href.replace(hostname, hostname.slice(hostname.indexOf("iot"))));

const describesEndpoint = <TArgs extends { request: unknown }>(args: TArgs): TArgs => {
  const request = args.request as { path: string; query: Record<string, string> };
  request.path = request.path.replace(`/things/${THING}/shadow`, "/endpoint");
  request.query = { endpointType: "iot:Data-ATS" };
  return args;
};
