/**
 * Hot tables in a SQL database, the place where they are before they move. Entry point: {@link
 * dev.sluice.nosql.jdbc.JdbcHotStore}.
 */
@NullMarked
package dev.sluice.nosql.jdbc;

import org.jspecify.annotations.NullMarked;
