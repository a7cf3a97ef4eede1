package dev.sluice.demo.shop;

import dev.sluice.causality.CausalToken;
import dev.sluice.demo.check.OrderLine;
import java.util.concurrent.CompletableFuture;

/**
 * An order that was accepted and may not be in the database yet.
 *
 * @param order the order
 * @param token what a read must have seen to see it; completes when that is known
 */
record PendingOrder(OrderLine order, CompletableFuture<CausalToken> token) {}
