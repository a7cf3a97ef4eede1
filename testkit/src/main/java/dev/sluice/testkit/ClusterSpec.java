package dev.sluice.testkit;

import java.time.Duration;

/** What the builder of a database checked. */
record ClusterSpec(
    DatabaseEngine engine,
    int replicas,
    String databaseName,
    int memoryMegabytes,
    Duration startTimeout) {}
