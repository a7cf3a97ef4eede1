/**
 * A DataSource that sends reads to replicas and never shows a caller something older than it wrote
 * or saw. Entry point: {@code RoutingDataSource}. Audience: application developers who configure
 * their DataSource.
 */
@NullMarked
package dev.sluice.jdbc;

import org.jspecify.annotations.NullMarked;
