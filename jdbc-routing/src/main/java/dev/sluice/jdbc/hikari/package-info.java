/** What is known about a pool when it is HikariCP's. Used by the parent package; not for users. */
@NullMarked
package dev.sluice.jdbc.hikari;

import org.jspecify.annotations.NullMarked;
