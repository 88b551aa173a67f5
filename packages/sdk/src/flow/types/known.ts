/** All that the compiler knows of a flow at one point: one record instead of many type parameters. */
export interface FlowTypes {
  /** The sidecar so far, as JSON. */
  readonly document: object;
  /** Route values so far, by step. */
  readonly route: object;
  /** Names of the states so far. */
  readonly names: string;
  /** Keys of the sidecar that this path writes; tells parallel branches apart. */
  readonly writes: string;
  /** False after `succeed` and `fail`: nothing can follow. */
  readonly open: boolean;
  /** Document and route before the last state: where a `catch` takes up. */
  readonly before: Passed<object, object>;
}

/**
 * What is known at one point. The parameters stand alone because the compiler resolves type arguments at once and the
 * properties of a record only when asked: a flow of 200 states would be asked for 200 levels in one go.
 */
export interface Known<
  TDocument extends object,
  TRoute extends object,
  TNames extends string,
  TWrites extends string,
  TOpen extends boolean,
  TBefore extends FlowTypes["before"],
> {
  readonly document: TDocument;
  readonly route: TRoute;
  readonly names: TNames;
  readonly writes: TWrites;
  readonly open: TOpen;
  readonly before: TBefore;
}

/** A property instead of an alias, as {@link Putting}: an alias of an interface is resolved late, and keeps its arguments. */
export interface Knowing<
  TDocument extends object,
  TRoute extends object,
  TNames extends string,
  TWrites extends string,
  TOpen extends boolean,
  TBefore extends FlowTypes["before"],
> {
  readonly now: Known<TDocument, TRoute, TNames, TWrites, TOpen, TBefore>;
}

/** Document and route at one point. */
export interface Passed<TDocument extends object, TRoute extends object> {
  readonly document: TDocument;
  readonly route: TRoute;
}
