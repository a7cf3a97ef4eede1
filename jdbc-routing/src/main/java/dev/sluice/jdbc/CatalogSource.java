package dev.sluice.jdbc;

import dev.sluice.sql.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalog of the server that a probe asks. Texts of routines and views are read again only when
 * one of them has changed. Confined to one thread at a time.
 */
final class CatalogSource implements CatalogCache.Source {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogSource.class);
  private static final int TIMEOUT_SECONDS = 10;

  private final String name;
  private final Supplier<PositionProbe> primary;
  private final Declared declared;
  private Routines routines;
  private String fingerprint = "";
  private boolean warned;
  private int hidden;

  CatalogSource(String name, Supplier<PositionProbe> primary, Declared declared) {
    this.name = name;
    this.primary = primary;
    this.declared = declared;
    this.routines = Routines.unknown(declared);
  }

  @Override
  public CatalogCache.@Nullable Loaded load() throws SQLException {
    PositionProbe probe = primary.get();
    Dialect dialect = probe.dialect();
    if (dialect == null) {
      return null;
    }
    try (Connection connection = probe.source().getConnection()) {
      Catalog catalog = Catalog.of(CatalogRows.load(connection, dialect, TIMEOUT_SECONDS));
      readRoutines(connection, dialect);
      return new CatalogCache.Loaded(catalog, routines);
    }
  }

  private void readRoutines(Connection connection, Dialect dialect) {
    try {
      String now = RoutineRows.fingerprint(connection, dialect, TIMEOUT_SECONDS);
      if (!now.equals(fingerprint)) {
        RoutineRows rows = RoutineRows.load(connection, dialect, TIMEOUT_SECONDS);
        routines = Routines.of(rows, dialect, declared);
        fingerprint = now;
      }
      warned = false;
      if (routines.hidden() != hidden) {
        hidden = routines.hidden();
        LOG.info(
            "{}: {} routines and views are not shown to the account; what uses them runs on the"
                + " primary",
            name,
            hidden);
      }
    } catch (SQLException | RuntimeException e) {
      routines = Routines.unknown(declared);
      fingerprint = "";
      if (!warned) {
        warned = true;
        LOG.warn(
            "{}: the routines and views of the primary could not be read, so every function that is"
                + " no builtin one counts as a write",
            name,
            e);
      }
    }
  }
}
