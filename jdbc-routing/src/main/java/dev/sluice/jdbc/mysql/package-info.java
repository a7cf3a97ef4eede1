/**
 * What Connector/J knows about a commit without asking. Used by the parent package; not for users.
 */
@NullMarked
package dev.sluice.jdbc.mysql;

import org.jspecify.annotations.NullMarked;
