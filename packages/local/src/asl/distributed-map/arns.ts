import { randomUUID } from "node:crypto";
import type { ExecutionContext } from "../context-object.js";

/** The names that a distributed Map gives to its run and to its children. */
export interface MapRunNames {
  readonly mapRunArn: string;
  /** What the run's results lie under. */
  readonly id: string;
  /** The children's own state machine: `<machine>/<label>`. */
  readonly stateMachine: ExecutionContext["StateMachine"];
}

export function newMapRunNames(machine: ExecutionContext["StateMachine"], label: string): MapRunNames {
  return mapRunNames(machine, { label, id: randomUUID() });
}

/** The same names for the redrive of a run. */
export const namesOfMapRun = (machine: ExecutionContext["StateMachine"], label: string, mapRunArn: string) =>
  mapRunNames(machine, { label, id: mapRunArn.slice(mapRunArn.lastIndexOf(":") + 1) });

function mapRunNames(
  machine: ExecutionContext["StateMachine"],
  { label, id }: { label: string; id: string },
): MapRunNames {
  const { prefix, name } = partsOf(machine.Id);
  return {
    id,
    mapRunArn: `${prefix}:mapRun:${name}/${label}:${id}`,
    stateMachine: { Id: `${machine.Id}/${label}`, Name: `${name}/${label}` },
  };
}

export type ExecutionType = "STANDARD" | "EXPRESS";

/** A name and an ARN for one child. */
export function newChildNames({ stateMachine }: MapRunNames, type: ExecutionType) {
  const { prefix, name } = partsOf(stateMachine.Id);
  const child = randomUUID();
  const arn = type === "STANDARD" ? `execution:${name}:${child}` : `express:${name}:${child}:${randomUUID()}`;
  return { name: child, arn: `${prefix}:${arn}` };
}

function partsOf(stateMachineArn: string) {
  const parts = stateMachineArn.split(":");
  return { prefix: parts.slice(0, 5).join(":"), name: parts.slice(6).join(":") };
}
