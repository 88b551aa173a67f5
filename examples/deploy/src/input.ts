import * as z from "zod";

export const OrdersInput = z.object({ orderId: z.string(), cents: z.int().positive() });
