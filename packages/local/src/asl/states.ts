import { compileChoice } from "./choice-state.js";
import { compileFail } from "./fail-state.js";
import { compileMap } from "./map-state.js";
import { compileParallel } from "./parallel-state.js";
import { compilePass } from "./pass-state.js";
import type { StateType } from "./state.js";
import type { CompileState } from "./state-body.js";
import { compileSucceed } from "./succeed-state.js";
import { compileTask } from "./task-state.js";
import { compileWait } from "./wait-state.js";

/** Every state type of the language, by its `Type`. */
export const STATE_TYPES: Readonly<Record<StateType, CompileState>> = {
  Choice: compileChoice,
  Fail: compileFail,
  Map: compileMap,
  Parallel: compileParallel,
  Pass: compilePass,
  Succeed: compileSucceed,
  Task: compileTask,
  Wait: compileWait,
};
