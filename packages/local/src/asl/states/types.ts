import type { StateType } from "../state.js";
import type { CompileState } from "./body.js";
import { compileChoice } from "./choice.js";
import { compileFail } from "./fail.js";
import { compileMap } from "./map.js";
import { compileParallel } from "./parallel.js";
import { compilePass } from "./pass.js";
import { compileSucceed } from "./succeed.js";
import { compileTask } from "./task.js";
import { compileWait } from "./wait.js";

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
