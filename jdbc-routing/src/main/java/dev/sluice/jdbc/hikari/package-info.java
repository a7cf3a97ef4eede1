/**
 * HikariCP: pools from URLs, and what is known about a pool that is one. For users: {@link
 * dev.sluice.jdbc.hikari.PoolConfig} and {@link dev.sluice.jdbc.hikari.PoolAdvice}; the rest is
 * used by the parent package.
 */
@NullMarked
package dev.sluice.jdbc.hikari;

import org.jspecify.annotations.NullMarked;
