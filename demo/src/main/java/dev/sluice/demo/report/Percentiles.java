package dev.sluice.demo.report;

/**
 * Latencies in milliseconds, from the moment at which an operation was due.
 *
 * @param p50 half of them were shorter
 * @param p99 99 of 100 were shorter
 */
public record Percentiles(double p50, double p99) {}
