import { flow } from "@sfs3/sdk/flow";
import { OrdersInput } from "./input.js";
import { charge } from "./steps/charge.js";
import { ship } from "./steps/ship.js";

export const orders = flow("Orders", { input: OrdersInput, topicRoot: "orders" }).step(charge).step(ship);

export default orders;
