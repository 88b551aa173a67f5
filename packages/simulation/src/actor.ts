import { AsyncLocalStorage } from "node:async_hooks";

/**
 * Something that acts and may die of it: one invocation of a Lambda. Whatever it awaits goes through a request or a
 * timer, and these come back to nobody once it is dead; so it dies at an await, and its code never goes on.
 */
export interface Actor {
  readonly id: number;
  readonly name: string;
  readonly isAlive: boolean;
  /** Counts down to the await that it dies at. @returns whether it lives on */
  survives(): boolean;
  kill(): void;
  readonly signal: AbortSignal;
}

const acting = new AsyncLocalStorage<Actor | undefined>();

/** Who is acting; `undefined` for the services and for clients, which do not die. */
export const currentActor = (): Actor | undefined => acting.getStore();

export const actAs = <T>(actor: Actor | undefined, run: () => T): T => acting.run(actor, run);

export interface ActorSettings {
  readonly id: number;
  readonly name: string;
  /** After how many awaits it dies; `undefined`: of its own accord never. */
  readonly livesFor: number | undefined;
  readonly onDeath: () => void;
}

export const createActor = ({ id, name, livesFor, onDeath }: ActorSettings): Actor => {
  const death = new AbortController();
  let left = livesFor ?? Number.POSITIVE_INFINITY;
  const kill = () => {
    if (death.signal.aborted) return;
    death.abort();
    onDeath();
  };
  return {
    id,
    name,
    get isAlive() {
      return !death.signal.aborted;
    },
    survives: () => {
      left -= 1;
      if (left < 0) kill();
      return !death.signal.aborted;
    },
    kill,
    signal: death.signal,
  };
};
