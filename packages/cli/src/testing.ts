export { type TestFlowOptions, type TestFlowResult, testFlow } from "./test-flow.js";
