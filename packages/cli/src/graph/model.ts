/** What a node stands for; each kind has its shape. */
export type NodeKind =
  | "begin"
  | "end"
  | "step"
  | "callback"
  | "parallel"
  | "choice"
  | "map"
  | "repeat"
  | "wait"
  | "start"
  | "pass"
  | "succeed"
  | "fail"
  | "state";

export interface GraphNode {
  readonly id: string;
  readonly kind: NodeKind;
  /** The state's name. */
  readonly name: string;
  /** What more is to be said of it. */
  readonly detail?: string;
  /** The cluster that it stands in. */
  readonly cluster: string | undefined;
}

/** A frame around what happens inside a Parallel, a Map or a repeat. */
export interface GraphCluster {
  readonly id: string;
  readonly parent: string | undefined;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** Lines of text: when this way is taken, what is written before it and read behind it. */
  readonly label: readonly string[];
  readonly kind: "next" | "catch" | "again";
}

/** A flow as a picture, before anything is said about where things stand. */
export interface FlowGraph {
  readonly title: string;
  readonly nodes: readonly GraphNode[];
  readonly clusters: readonly GraphCluster[];
  readonly edges: readonly GraphEdge[];
}
