import { InvalidDefinitionError } from "./errors.js";
import type { Fields } from "./fields.js";
import type { Json } from "./json.js";
import { createJsonataCompiler, type JsonataCompiler, type Template } from "./jsonata.js";
import type { Sequence } from "./state.js";
import type { ResolveTask } from "./task-resource.js";

/** What the states of one machine share while they are compiled. */
export interface Compilation {
  readonly resolveTask: ResolveTask;
  /** The machine's `QueryLanguage`. */
  readonly defaultLanguage: string | undefined;
  optionalTemplate(fields: Fields, name: string): Template | undefined;
  /** Refuses a name that another state of the machine has, at whatever depth. */
  declareState(name: string, path: string): void;
  /** Refuses a name that an outer scope assigns. */
  declareVariable(name: string, path: string): void;
  /** Compiles the sequence of a branch or an item processor, in a variable scope of its own. */
  innerSequence(fields: Fields): Sequence;
}

type CompileSequence = (fields: Fields, compilation: Compilation) => Sequence;

interface CompilationOptions {
  readonly resolveTask: ResolveTask;
  /** Passed in, because the states it compiles compile sequences in turn. */
  readonly compileSequence: CompileSequence;
  readonly defaultLanguage: string | undefined;
}

export function startCompilation(options: CompilationOptions): Compilation {
  return compilationScope({ ...options, jsonata: createJsonataCompiler(), stateNames: new Set() }, []);
}

interface Shared extends CompilationOptions {
  readonly jsonata: JsonataCompiler;
  readonly stateNames: Set<string>;
}

interface VariableScope {
  /** Where each variable of this scope is assigned. */
  readonly own: Map<string, string>;
  /** Where each variable of the scopes inside is assigned. */
  readonly inside: Map<string, string>;
}

function compilationScope(shared: Shared, outer: readonly VariableScope[]): Compilation {
  const scope: VariableScope = { own: new Map(), inside: new Map() };
  return {
    resolveTask: shared.resolveTask,
    defaultLanguage: shared.defaultLanguage,
    optionalTemplate: (fields, name) => {
      const source = fields.take(name);
      if (source === undefined) return undefined;
      try {
        return shared.jsonata.template(source as Json, fieldName(fields, name));
      } catch (error) {
        return fields.refuse(name, messageOf(error));
      }
    },
    declareState: (name, path) => {
      if (shared.stateNames.has(name))
        throw new InvalidDefinitionError(`DUPLICATE_STATE_NAME: duplicate state name "${name}"`, path);
      shared.stateNames.add(name);
    },
    declareVariable: (name, path) => {
      const clash = scope.inside.get(name) ?? outer.map(({ own }) => own.get(name)).find(Boolean);
      if (clash !== undefined) {
        throw new InvalidDefinitionError(
          `VARIABLE_SCOPE: "${name}" is assigned in an outer and in an inner scope (${clash})`,
          path,
        );
      }
      scope.own.set(name, path);
      for (const { inside } of outer) inside.set(name, path);
    },
    innerSequence: (fields) => shared.compileSequence(fields, compilationScope(shared, [...outer, scope])),
  };
}

// History and causes name a choice's or a catcher's field from its state: Choices[0]/Condition.
export function fieldName(fields: Fields, name: string): string {
  const nested = /\/((?:Choices|Catch|Retry)\[\d+\])$/.exec(fields.path);
  return nested === null ? name : `${nested[1]}/${name}`;
}

const messageOf = (error: unknown) =>
  typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
