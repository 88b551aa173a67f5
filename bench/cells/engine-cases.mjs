const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:no-op";

const task = (fields) => ({ Type: "Task", Resource: FUNCTION, ...fields });

function chain(names, stateOf) {
  const next = (index) => (index === names.length - 1 ? { End: true } : { Next: names[index + 1] });
  return { StartAt: names[0], States: Object.fromEntries(names.map((name, index) => [name, stateOf(next(index))])) };
}

const names = (count) => Array.from({ length: count }, (_, index) => `State${index + 1}`);

/** Choices that each pass on to the next one until the counter that they look at is met. */
function choiceChain(length) {
  const states = names(length).map((name, index, all) => [
    name,
    {
      Type: "Choice",
      Choices: [{ Variable: "$.value", NumericEquals: index, Next: "Found" }],
      Default: all[index + 1] ?? "Found",
    },
  ]);
  return { StartAt: "State1", States: { ...Object.fromEntries(states), Found: { Type: "Succeed" } } };
}

const parallel = (width) => ({
  StartAt: "All",
  States: {
    All: { Type: "Parallel", Branches: names(width).map((name) => chain([name], task)), End: true },
  },
});

const map = () => ({
  StartAt: "Each",
  States: {
    Each: { Type: "Map", ItemsPath: "$.items", Iterator: chain(["Work"], task), End: true },
  },
});

/** Machines in JSONPath that both engines understand; `tasks` are the calls of one execution. */
export const CASES = [
  {
    name: "six no-op Tasks",
    definition: chain(names(6), task),
    input: { processData: "0xbench" },
    tasks: 6,
    executions: 20_000,
  },
  { name: "100-wide Parallel", definition: parallel(100), input: {}, tasks: 100, executions: 400 },
  { name: "1,000-item Map", definition: map(), input: { items: names(1_000) }, tasks: 1_000, executions: 40 },
  { name: "20 Choices", definition: choiceChain(20), input: { value: 19 }, tasks: 0, executions: 20_000 },
];
