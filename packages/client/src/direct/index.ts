export type { Encryption } from "./aws-api.js";
export { createDirectProcessClient, type DirectProcessClientOptions } from "./create-direct-process-client.js";
