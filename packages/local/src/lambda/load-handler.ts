import { pathToFileURL } from "node:url";
import type { HandlerLocation } from "./functions.js";
import { failed, type InvocationAnswer } from "./lambda-errors.js";

type Namespace = Readonly<Record<string, unknown>>;

/** Loads a module by its absolute path. */
export type ModuleLoader = (path: string) => Promise<Namespace>;

/** `async` whatever the handler is: what it returns is awaited. */
export type Handler = (event: unknown, context: unknown) => unknown;

export type LoadedHandler = { readonly handler: Handler } | { readonly failure: InvocationAnswer };

type LoadedModule = { readonly namespace: Namespace } | { readonly failure: InvocationAnswer };

/** The loader that a module URL names, or Node's own `import`. */
export async function resolveLoader(loaderUrl: string | undefined): Promise<ModuleLoader> {
  if (loaderUrl === undefined) return (path) => import(pathToFileURL(path).href);
  const { default: loader }: { readonly default?: unknown } = await import(loaderUrl);
  if (typeof loader !== "function") {
    throw new TypeError(
      `The module loader ${loaderUrl} must have a function (path) => Promise<module> as its default.`,
    );
  }
  return async (path) => loader(path);
}

/** Loads the module and follows the property path to the handler. */
export async function loadHandler({ module, path }: HandlerLocation, loader: ModuleLoader): Promise<LoadedHandler> {
  const loaded = await load(module, loader);
  if ("failure" in loaded) return loaded;
  const where = `${path.join(".")} of ${module}`;
  const handler = path.reduce<unknown>(propertyOf, loaded.namespace);
  if (typeof handler !== "function") {
    const errorMessage = `${where} is ${handler === undefined ? "undefined or not exported" : "not a function"}`;
    return { failure: failed({ errorType: "Runtime.HandlerNotFound", errorMessage, trace: [] }) };
  }
  if (handler.length > 2) {
    const errorMessage = `${where} takes a callback; Lambda has none from Node.js 24 on. Return a promise instead.`;
    return { failure: failed({ errorType: "Runtime.CallbackHandlerDeprecated", errorMessage, trace: [] }) };
  }
  return { handler: (event, context) => handler(event, context) };
}

async function load(module: string, loader: ModuleLoader): Promise<LoadedModule> {
  try {
    return { namespace: await loader(module) };
  } catch (error) {
    const isError = error instanceof Error;
    const cause = isError ? `${error.name}: ${error.message}` : String(error);
    const trace = isError ? (error.stack ?? "").split("\n") : [];
    const errorMessage = `Error: Cannot load ${module}: ${cause}`;
    return { failure: failed({ errorType: "Runtime.ImportModuleError", errorMessage, trace }) };
  }
}

function propertyOf(value: unknown, name: string): unknown {
  const isHolder = (typeof value === "object" && value !== null) || typeof value === "function";
  return isHolder ? Reflect.get(value, name) : undefined;
}
