import { type Answer, type ApiRequest, jsonAnswer } from "../http/answer.js";
import { AwsError } from "../http/aws-error.js";

const DATA_ENDPOINTS = ["iot:Data-ATS", "iot:Data"];

/** IoT's control plane, as far as a publisher needs it: where the data plane is. */
export const describeEndpoint =
  (host: () => string) =>
  async ({ method, url }: ApiRequest): Promise<Answer> => {
    if (method !== "GET" || url.pathname !== "/endpoint") {
      const message = `${method} ${url.pathname} is not served; of IoT's control plane only DescribeEndpoint is.`;
      throw new AwsError("NotImplementedException", { status: 501, message });
    }
    const type = url.searchParams.get("endpointType") ?? "iot:Data";
    if (DATA_ENDPOINTS.includes(type)) return jsonAnswer(200, { endpointAddress: host() });
    const message = `The endpoint type "${type}" is not served; ${DATA_ENDPOINTS.join(" and ")} are.`;
    throw new AwsError("InvalidRequestException", { status: 400, message });
  };
