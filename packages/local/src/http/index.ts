export { type Answer, type ApiRequest, type HttpHandler, jsonService } from "./answer.js";
export { AwsError } from "./aws-error.js";
export { forPages } from "./cors.js";
export { dispatcher, type Service } from "./dispatch.js";
export { type Front, openFront } from "./front.js";
