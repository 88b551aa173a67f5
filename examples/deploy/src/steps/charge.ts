import { defineStep } from "@sfs3/sdk";
import * as z from "zod";
import { OrdersInput } from "../input.js";

export const ChargeOutput = z.object({ receiptId: z.string(), cents: z.number() });

export const charge = defineStep(
  OrdersInput,
  ChargeOutput,
  ({ orderId, cents }) => ({ receiptId: `receipt-${orderId}`, cents }),
  { name: "charge", timeoutSeconds: 20 },
);
