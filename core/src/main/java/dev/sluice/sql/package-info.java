/**
 * One look at the text of an SQL statement, shared by the router, the cache and the insights. Entry
 * point: {@link dev.sluice.sql.SqlScanner}. Audience: the Sluice modules, and users who want to
 * know how a statement is understood.
 */
@NullMarked
package dev.sluice.sql;

import org.jspecify.annotations.NullMarked;
