/**
 * Hot tables and counters behind one interface, in SQL or in DynamoDB. Entry points: {@link
 * dev.sluice.nosql.HotStore}, made by {@code JdbcHotStore} or {@code DynamoDbHotStore}, and {@link
 * dev.sluice.nosql.ShardedCounters}. {@link dev.sluice.nosql.RowStore} and {@link
 * dev.sluice.nosql.CounterRows} are for authors of further stores.
 */
@NullMarked
package dev.sluice.nosql;

import org.jspecify.annotations.NullMarked;
