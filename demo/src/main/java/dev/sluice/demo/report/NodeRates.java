package dev.sluice.demo.report;

/**
 * What a database server's own counters say of a step, a second.
 *
 * @param statementsPerSecond statements that clients sent
 * @param commitsPerSecond transactions that wrote, on a replica those applied
 * @param rowsWrittenPerSecond rows inserted, updated or deleted
 * @param busyShare time spent executing statements, as a share of one connection's time: 0.5 is
 *     half a connection busy on average
 */
public record NodeRates(
    double statementsPerSecond,
    double commitsPerSecond,
    double rowsWrittenPerSecond,
    double busyShare) {}
