export { createIot, type Iot, type IotMessage, type IotOptions } from "./broker.js";
export { dataPlane } from "./data-plane.js";
export { describeEndpoint } from "./describe-endpoint.js";
export type { RetainedMessage } from "./retained-messages.js";
export { MAX_PAYLOAD_BYTES } from "./topic-rules.js";
