import { defineStep } from "@sfs3/sdk";
import * as z from "zod";
import { OrdersInput } from "../input.js";
import { ChargeOutput } from "./charge.js";

export const ship = defineStep(
  OrdersInput.extend({ "charge-output": ChargeOutput }),
  z.object({ parcel: z.string() }),
  ({ orderId, "charge-output": { receiptId } }) => ({ parcel: `${orderId}/${receiptId}` }),
  { name: "ship", timeoutSeconds: 30 },
);
